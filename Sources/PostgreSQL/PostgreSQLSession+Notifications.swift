internal import CPostgreSQL
internal import Glibc

extension PostgreSQLSession {
  /// Waits for what other sessions tell by `NOTIFY` on the channels that this one listens to, and returns it in order;
  /// at least one. Throws when the connection is lost, also by an interruption.
  /// https://www.postgresql.org/docs/15/libpq-notify.html
  public func notifications() throws(PostgreSQLError) -> [String] {
    while true {
      var found: [String] = []
      while let raw = PQnotifies(connection) {
        // `extra` is the text that was sent along.
        if let text = raw.pointee.extra { found.append(String(cString: text)) }
        PQfreemem(raw)
      }
      if !found.isEmpty { return found }
      var descriptor = pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, -1) >= 0 || errno == EINTR else { throw failure() }
      guard PQconsumeInput(connection) == 1 else { throw failure() }
    }
  }
}
