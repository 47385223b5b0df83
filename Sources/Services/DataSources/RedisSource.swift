internal import Redis
internal import Routing

/// A Redis database that a data source leads to. Its functions block.
struct RedisSource: Sendable {
  private let settings: ConnectionSettings

  init(_ settings: ConnectionSettings) { self.settings = settings }

  /// Whether it answers a ping in the database that is set.
  func check() -> ConnectionCheck {
    do {
      let connection = try RedisConnection(
        host: settings.text("host"), port: Int32(clamping: settings.number("port") ?? 6379))
      let password = settings.text("password")
      if !password.isEmpty { try connection.send("AUTH", password) }
      try connection.send("SELECT", "\(settings.number("db") ?? 0)")
      try connection.send("PING")
      return .good("Redis answers; the database is \(settings.number("db") ?? 0)")
    } catch {
      return .bad("\(settings.address(port: 6379).shortened): \(error.message)\(advice(error))")
    }
  }

  private func advice(_ error: RedisError) -> String {
    if error.message.hasPrefix("WRONGPASS") || error.message.hasPrefix("NOAUTH") || error.message.contains("AUTH") {
      return "; check the password"
    }
    return error.message.hasPrefix("ERR") ? "" : "; check host and port, and that the server listens there"
  }
}
