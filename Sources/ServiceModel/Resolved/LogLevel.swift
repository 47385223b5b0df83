/// How important a line of the log is.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Codable {
  /// For those who look for a mistake.
  case debug
  /// As usual.
  case info
  /// Something that should not be.
  case warn
  /// Something that went wrong.
  case error
}
