internal import PostgreSQL
internal import Store

/// A database on a server, as `postgres://user:password@host:port/database?option=value`.
struct PostgresTarget: Sendable {
  /// What libpq is given; may hold a password.
  var uri: String

  /// Without what is secret, for messages.
  var shown: String {
    let schemeEnd = uri.firstRange(of: "://")?.upperBound ?? uri.startIndex
    let rest = uri[schemeEnd...].prefix { $0 != "?" }
    let place = rest.lastIndex(of: "@").map { rest[rest.index(after: $0)...] } ?? rest
    return "postgres://\(place)"
  }

  /// A session.
  func connect(_ interruption: PostgreSQLInterruption? = nil) throws -> PostgreSQLSession {
    do throws(PostgreSQLError) {
      return try PostgreSQLSession(uri: uri, interruption: interruption)
    } catch {
      throw DatabaseError(postgres: error, isConnected: false, self, context: "connecting")
    }
  }
}
