internal import PostgreSQL
internal import Store

extension DatabaseError {
  /// What the server, or the library instead of it, has answered, with the statement concerned.
  init(postgres error: PostgreSQLError, isConnected: Bool, _ target: PostgresTarget, context: String) {
    let state = error.sqlState ?? ""
    let code: Code =
      switch true {
      case !isConnected: .unavailable
      case state.hasPrefix("23"): .constraint
      case state == "53100": .full
      case state.hasPrefix("57P"), state.hasPrefix("08"), state.hasPrefix("53"): .unavailable
      default: .other
      }
    let words =
      switch code {
      case .full: "the disk of \(target.shown) is full: free some space; nothing was stored"
      case .unavailable: "\(target.shown) does not answer: \(error.message)"
      default: error.message
      }
    self.init(code: code, message: "\(words) (\(context.prefix(300)))")
  }

  static func lost(_ target: PostgresTarget) -> DatabaseError {
    DatabaseError(code: .unavailable, message: "the connection to \(target.shown) was lost; it is being made anew")
  }
}
