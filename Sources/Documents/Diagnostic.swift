/// Something that is wrong, or probably not meant, in a document that people write: a manifest, a service.
public struct Diagnostic: Error, Sendable, Hashable, Codable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable, Codable {
    /// The document cannot be used.
    case error
    /// It can, but something in it has no effect.
    case warning
  }

  /// How bad it is.
  public var severity: Severity
  /// The line, from 1.
  public var line: Int
  /// The column, from 1, in characters.
  public var column: Int
  /// The place in the document as a JSON pointer (RFC 6901): `/jobs/3/stage`; empty for the whole.
  public var pointer: String
  /// What is wrong and what to do, in lower case, without a full stop.
  public var message: String

  /// A diagnostic.
  public init(_ severity: Severity, line: Int, column: Int, pointer: String, message: String) {
    self.severity = severity
    self.line = line
    self.column = column
    self.pointer = pointer
    self.message = message
  }

  /// `3:5: error: unknown key 'stagess'; did you mean 'stages'?` Put the file's name and a colon before it, and
  /// editors find the place.
  public var description: String { "\(line):\(column): \(severity.rawValue): \(message)" }
}
