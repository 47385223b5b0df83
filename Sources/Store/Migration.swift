internal import Crypto

/// A step of the schema. Once released it never changes; what comes later is a further step.
struct Migration: Sendable {
  /// Counts from 1.
  var number: Int64
  /// For people.
  var name: String
  /// The statements, in order.
  var statements: @Sendable (DatabaseDialect) -> [String]
  /// What statements cannot do to the rows that are there, after them.
  var rows: @Sendable (any DatabaseConnection, Sealer) throws -> Void = { _, _ in }

  /// All steps, in order.
  static let all: [Migration] = [
    .first, .sealing, .repositories, .sealedPlans, .repositoryPages, .extendedPlans, .results, .smallLogs,
    .caches, .nixProgress, .services, .serviceBuilds, .smallNars, .agents, .servers, .serviceCounts,
  ]
}
