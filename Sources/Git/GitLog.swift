/// Takes what git writes for people, and Wright's own lines about it. Called from one task at a time.
public protocol GitLog: Sendable {
  /// Takes the next bytes of git's messages; suspends while it cannot take more.
  func write(_ bytes: [UInt8]) async throws
  /// Takes a line of Wright's own.
  func say(_ text: String) async
}
