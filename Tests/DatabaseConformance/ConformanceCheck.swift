import Store
import Testing

/// Something that every database has to do. A suite for a database runs all checks, each with a database of its own
/// that is empty.
struct ConformanceCheck: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let run: @Sendable (any Database) async throws -> Void

  init(_ description: String, _ run: @escaping @Sendable (any Database) async throws -> Void) {
    testDescription = description
    self.run = run
  }

  /// All of them.
  static let all =
    databasePort + people + builds + sealing + queue + extensions + artifacts + artifactSets + refMoves + repositories
    + results + caches + services + serviceBuilds + agents + servers
}

/// An error of a test's own.
struct Refused: Error, Equatable {}
