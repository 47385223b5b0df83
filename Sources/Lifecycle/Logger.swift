internal import CLinux
internal import Concurrency
internal import Glibc

/// The program's own log: one line an event, `key=value` or JSON, to standard error unless told otherwise.
///
/// A value type that is passed to whatever logs; copies share the output. Never give it a secret.
public struct Logger: Sendable {
  /// How important an event is.
  public enum Level: Int, Sendable, Comparable, CaseIterable {
    /// For finding a fault.
    case debug
    /// What an operator may want to see.
    case info
    /// Something is not as it should be and was dealt with.
    case warning
    /// Something was lost or cannot be done.
    case error

    /// By importance.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }

    /// `debug`, `info`, `warning`, `error`.
    public var name: String { "\(self)" }
  }

  /// How a line looks.
  public enum Format: String, Sendable, CaseIterable {
    /// `time=... level=info event=listening address=...`
    case keyValue = "text"
    /// `{"time":"...","level":"info","event":"listening","address":"..."}`
    case json
  }

  private let minimum: Level
  private let format: Format
  private let output: @Sendable ([UInt8]) -> Void

  /// A log of events from `minimum` on. `output` takes whole lines, one call a line.
  public init(
    minimum: Level = .info, format: Format = .keyValue,
    output: @escaping @Sendable ([UInt8]) -> Void = Logger.standardError
  ) {
    self.minimum = minimum
    self.format = format
    self.output = output
  }

  /// A log that drops everything.
  public static let none = Logger(output: { _ in })

  /// Writes a line to standard error in one system call, so that lines of several threads do not mix.
  public static let standardError: @Sendable ([UInt8]) -> Void = { line in
    line.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Glibc.write(2, part.baseAddress, part.count)
        // A closed standard error is no reason to stop serving.
        if count < 0 && errno != EINTR { return }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }

  /// True where an event of this level is written; ask before making an expensive value.
  public func writes(_ level: Level) -> Bool { level >= minimum }

  /// Writes an event: a short lower-case name and its facts, in the order given.
  public func log(_ level: Level, _ event: String, _ fields: KeyValuePairs<String, String> = [:]) {
    guard writes(level) else { return }
    output(LogLineFormatter.line(format, LogLineFormatter.time(wright_time_of_day()), level, event, fields))
  }

  /// For finding a fault.
  public func debug(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) { log(.debug, event, fields) }
  /// What an operator may want to see.
  public func info(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) { log(.info, event, fields) }
  /// Something was not as it should be and was dealt with.
  public func warning(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) { log(.warning, event, fields) }
  /// Something was lost or cannot be done.
  public func error(_ event: String, _ fields: KeyValuePairs<String, String> = [:]) { log(.error, event, fields) }
}
