internal import CPostgreSQL
internal import Glibc

/// A connection to a PostgreSQL server. It blocks, so it belongs on a thread of its own; not to be shared by threads.
/// https://www.postgresql.org/docs/15/libpq.html
public struct PostgreSQLConnection: ~Copyable {
  private let connection: OpaquePointer
  /// The longest time that one statement may take.
  private let timeout: Duration

  /// Connects within `connectTimeout` (whole seconds, 2 at least). `parameters` are libpq's keywords; what they leave out
  /// comes from libpq's defaults, but for password files, which are not read.
  public init(
    _ parameters: [(keyword: String, value: String)], connectTimeout: Duration = .seconds(5),
    timeout: Duration = .seconds(10)
  ) throws(PostgreSQLError) {
    let seconds = max(2, connectTimeout.components.seconds)
    let all =
      parameters + [
        ("connect_timeout", "\(seconds)"), ("passfile", "/dev/null"), ("gssencmode", "disable"),
        ("application_name", "wright"), ("client_encoding", "UTF8"),
      ]
    // Where memory runs out, there is no connection at all.
    guard let connection = Self.connect(all) else { throw PostgreSQLError("there is no memory for a connection") }
    guard PQstatus(connection) == CONNECTION_OK else {
      let message = String(cString: PQerrorMessage(connection))
      PQfinish(connection)
      throw PostgreSQLError(message)
    }
    self.connection = connection
    self.timeout = timeout
  }

  deinit { PQfinish(connection) }

  /// The server's version, as `150013`.
  public var serverVersion: Int { Int(PQserverVersion(connection)) }

  /// Runs one statement, with `$1` and so on for `parameters`, and returns its rows as text; nil for NULL.
  public func query(_ sql: String, _ parameters: [String] = []) throws(PostgreSQLError) -> [[String?]] {
    let sent = Self.withStrings(parameters) { values in
      PQsendQueryParams(connection, sql, Int32(clamping: parameters.count), nil, values, nil, nil, 0)
    }
    guard sent == 1 else { throw failure() }
    try waitForResult()
    // There is one result, and after it nil, which ends the statement.
    var rows: [[String?]] = []
    var refusal: PostgreSQLError?
    while let result = PQgetResult(connection) {
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK: rows = Self.rows(of: result)
      case PGRES_COMMAND_OK: break
      default: refusal = Self.error(of: result)
      }
    }
    if let refusal { throw refusal }
    return rows
  }

  /// `PQexec` would wait for ever for a server that has stopped to answer.
  private func waitForResult() throws(PostgreSQLError) {
    let end = ContinuousClock.now + timeout
    while true {
      let unsent = PQflush(connection)
      guard unsent >= 0 else { throw failure() }
      if unsent == 0 && PQisBusy(connection) == 0 { return }
      let left = (end - .now) / .milliseconds(1)
      guard left > 0 else { throw PostgreSQLError("the server did not answer within \(timeout.components.seconds) s") }
      var descriptor = pollfd(
        fd: PQsocket(connection), events: Int16(POLLIN) | (unsent == 1 ? Int16(POLLOUT) : 0), revents: 0)
      _ = poll(&descriptor, 1, Int32(left.rounded(.up)))
      guard PQconsumeInput(connection) == 1 else { throw failure() }
    }
  }

  private func failure() -> PostgreSQLError { PostgreSQLError(String(cString: PQerrorMessage(connection))) }
}

extension PostgreSQLConnection {
  /// Nil where memory runs out. With `expandsURI`, the value of `dbname` may be a whole address.
  static func connect(_ parameters: [(keyword: String, value: String)], expandsURI: Bool = false) -> OpaquePointer? {
    withStrings(parameters.map(\.keyword)) { keywords in
      withStrings(parameters.map(\.value)) { values in PQconnectdbParams(keywords, values, expandsURI ? 1 : 0) }
    }
  }

  /// Lends `texts` as C has them: an array of pointers that ends with NULL.
  private static func withStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    let pointers = texts.map { UnsafePointer<CChar>(strdup($0)) } + [nil]
    defer { for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) } }
    return body(pointers)
  }

  private static func rows(of result: OpaquePointer) -> [[String?]] {
    let columns = PQnfields(result)
    return (0..<PQntuples(result)).map { row in
      (0..<columns).map { column in
        if PQgetisnull(result, row, column) == 1 { return nil }
        return PQgetvalue(result, row, column).map { String(cString: $0) }
      }
    }
  }

  static func error(of result: OpaquePointer) -> PostgreSQLError {
    // PG_DIAG_SQLSTATE and PG_DIAG_MESSAGE_PRIMARY are characters in C.
    let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) }
    let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
    return PostgreSQLError(sqlState: state, message ?? String(cString: PQresultErrorMessage(result)))
  }
}
