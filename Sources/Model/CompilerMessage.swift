/// What a compiler, an assembler or a linker says of a place in the sources.
public struct CompilerMessage: Codable, Sendable, Hashable {
  /// How bad it is. A compiler's `fatal error` is an error.
  public enum Severity: String, Codable, Sendable, CaseIterable { case error, warning, note }
  /// How bad it is.
  public var severity: Severity
  /// The file, relative to the workspace where it is in it; for a message without one the program (`cc1`, `ld`).
  public var file: String
  /// The line in the file, from 1.
  public var line: Int64?
  /// The column, from 1.
  public var column: Int64?
  /// What it says, in one line.
  public var text: String
  /// The option that it came from: `-Wunused-variable`.
  public var option: String?
  /// The line of the job's log, from 1.
  public var logLine: Int64

  /// A message.
  public init(
    severity: Severity, file: String, line: Int64? = nil, column: Int64? = nil, text: String, option: String? = nil,
    logLine: Int64
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.text = text
    self.option = option
    self.logLine = logLine
  }
}

/// How many different messages there were; notes belong to others and are not counted.
public struct MessageCounts: Codable, Sendable, Hashable {
  /// Errors.
  public var errors: Int64
  /// Warnings.
  public var warnings: Int64

  /// Counts.
  public init(errors: Int64 = 0, warnings: Int64 = 0) {
    self.errors = errors
    self.warnings = warnings
  }

  /// True where there are none.
  public var isEmpty: Bool { errors == 0 && warnings == 0 }
}
