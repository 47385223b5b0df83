internal import Concurrency
internal import PostgreSQL
internal import Store

/// The right to write to a database: a lock that a session holds as long as it lives, and the word of the database that
/// nobody else has had it since.
final class WriterSeat: Sendable {
  /// The class of the lock that says whose database it is; the other half of its name is the schema's.
  private static let lockClass = 0x5772_6974
  private static let lockName = "\(lockClass), hashtext(current_schema())"

  private struct State {
    var mayGoOn: (@Sendable (any DatabaseConnection) throws -> Bool)?
    var whenLost: (@Sendable () -> Void)?
    var isLost = false
    /// The server's process of the session that had the lock last.
    var backend = 0
  }
  private let state = Lock(State())

  /// True once another server leads, or has led.
  var isLost: Bool { state.withLock { $0.isLost } }

  /// How it is found out, on a session that was made anew, that nobody else has led meanwhile; `whenLost` is called once.
  func keep(
    while mayGoOn: @escaping @Sendable (any DatabaseConnection) throws -> Bool, whenLost: @escaping @Sendable () -> Void
  ) {
    state.withLock { state in
      state.mayGoOn = mayGoOn
      state.whenLost = whenLost
    }
  }

  /// Nothing is written any more.
  func lose() {
    let tell = state.withLock { state in
      defer { state.isLost = true }
      return state.isLost ? nil : state.whenLost
    }
    tell?()
  }

  /// Whether nobody else has led since; throws where the database does not say.
  func mayGoOn(_ connection: any DatabaseConnection) throws -> Bool {
    try state.withLock { $0.mayGoOn }.map { try $0(connection) } ?? true
  }

  /// Takes the lock where it is free.
  func tryLock(_ session: PostgreSQLSession) throws(PostgreSQLError) -> Bool {
    guard try session.run("SELECT pg_try_advisory_lock(\(Self.lockName))::int").integer(0, 0) == 1 else { return false }
    try taken(session)
    return true
  }

  /// Waits for the lock, at most for the session's `lock_timeout`; false after that.
  func waitForLock(_ session: PostgreSQLSession) throws(PostgreSQLError) -> Bool {
    do throws(PostgreSQLError) {
      try session.run("SELECT pg_advisory_lock(\(Self.lockName))")
    } catch {
      // lock_not_available
      if error.sqlState == "55P03" { return false }
      throw error
    }
    try taken(session)
    return true
  }

  /// The server ends the session of a machine that has gone within 15 seconds, also while it is idle or at work.
  private func taken(_ session: PostgreSQLSession) throws(PostgreSQLError) {
    try session.run(
      """
      SELECT set_config(s.name, v.setting, false) FROM pg_settings s JOIN (VALUES
        ('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '3'), ('tcp_keepalives_count', '3'),
        ('tcp_user_timeout', '15000'), ('client_connection_check_interval', '5000'), ('lock_timeout', '0')
      ) v (name, setting) ON v.name = s.name
      """)
    let backend = session.backend
    state.withLock { $0.backend = backend }
  }

  /// Ends the session that had the lock last, where the server has not noticed yet that it was lost.
  func endOwnRemains(_ session: PostgreSQLSession) throws(PostgreSQLError) {
    let backend = state.withLock { $0.backend }
    try session.run(
      "SELECT pg_terminate_backend(pid) FROM (\(Self.holder)) h WHERE pid = $1", [.integer(Int64(backend))])
  }

  /// The server's process that has the lock.
  static let holder = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = \(lockClass) AND objsubid = 2
      AND objid = hashtext(current_schema())::bit(32)::bigint::oid AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
}

extension PostgresConnection {
  /// Has the lock again with a new session, unless somebody else has led meanwhile: then it never writes again.
  func reclaim(_ seat: WriterSeat) throws {
    if seat.isLost { throw DatabaseError.following }
    let new = try target.connect()
    session = new
    do {
      let isLocked = try seat.tryLock(new)
      // Also asked where the lock is taken: who has it may have begun to lead, or be what is left of our own session.
      if try !seat.mayGoOn(self) {
        session = nil
        seat.lose()
        return
      }
      if isLocked { return }
      try seat.endOwnRemains(new)
    } catch {
      session = nil
      throw error
    }
    session = nil
  }
}
