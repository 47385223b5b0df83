/// Why a PostgreSQL server did not do what was asked.
public struct PostgreSQLError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The server's five characters for the kind of error (`28P01`); nil where it did not answer.
  public var sqlState: String?
  /// The library's or the server's own words, in one line.
  public var message: String

  /// An error; line breaks of the message become spaces.
  public init(sqlState: String? = nil, _ message: String) {
    self.sqlState = sqlState
    self.message = message.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  /// True where a statement was prepared before a table changed, and works when it is run again.
  public var isStale: Bool { sqlState == "0A000" && message.hasPrefix("cached plan") }

  /// The message.
  public var description: String { message }
}
