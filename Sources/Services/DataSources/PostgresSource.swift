internal import PostgreSQL
internal import Routing

/// A PostgreSQL database that a data source leads to. Its functions block.
struct PostgresSource: Sendable {
  private let settings: ConnectionSettings

  init(_ settings: ConnectionSettings) { self.settings = settings }

  /// Throws a sentence for the data source's owner where it cannot be reached.
  func connect() throws(PostgreSQLError) -> PostgreSQLConnection {
    let host = settings.text("host")
    // libpq would take such a host as the folder of a socket, on which this server's own user may be let in.
    guard !host.hasPrefix("/"), !host.hasPrefix("@") else {
      throw PostgreSQLError("'\(host.shortened)' is not the name or address of a machine")
    }
    var parameters = [
      (keyword: "host", value: host), ("port", "\(settings.number("port") ?? 5432)"),
      ("dbname", settings.text("database")), ("user", settings.text("user")),
      ("password", settings.text("password")),
    ]
    let mode = settings.text("sslmode")
    if !mode.isEmpty { parameters.append(("sslmode", mode)) }
    return try PostgreSQLConnection(parameters)
  }

  /// Whether it answers a query.
  func check() -> ConnectionCheck {
    do {
      let connection = try connect()
      let rows = try connection.query("SELECT current_setting('server_version'), current_database()")
      let version = rows.first?.first.flatMap { $0 }?.split(separator: " ").first ?? "?"
      return .good("PostgreSQL \(version) answers; the database is '\(settings.text("database").shortened)'")
    } catch {
      return .bad(sentence(error))
    }
  }

  /// The library's words say what went wrong; this adds what to do.
  func sentence(_ error: PostgreSQLError) -> String {
    let advice =
      if error.message.contains("authentication failed") || error.message.contains("no password supplied") {
        "; check user and password"
      } else if error.message.contains("does not exist") {
        "; check the names of the database and the user"
      } else if error.message.contains("Connection refused") || error.message.contains("timeout expired") {
        "; check host and port, and that the server listens there"
      } else if error.message.contains("SSL") {
        "; check sslmode"
      } else {
        ""
      }
    return "\(settings.address(port: 5432).shortened): \(error.message)\(advice)"
  }
}
