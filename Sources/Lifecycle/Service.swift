/// Something that runs as long as the program does. `run` returns, or throws `CancellationError`, soon after its task
/// is cancelled; until then it does not return. Another error ends the program.
public protocol Service: Sendable {
  /// For the log, as in `lease-timer`.
  var name: String { get }
  /// Runs until cancelled.
  func run() async throws
}

/// A service made of a function.
public struct ClosureService: Service {
  /// For the log.
  public let name: String
  private let body: @Sendable () async throws -> Void

  /// A service that runs `body`.
  public init(_ name: String, _ body: @escaping @Sendable () async throws -> Void) {
    self.name = name
    self.body = body
  }

  /// Runs the function.
  public func run() async throws { try await body() }
}
