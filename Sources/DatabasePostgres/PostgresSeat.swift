internal import Concurrency
internal import Glibc
internal import PostgreSQL
public import Store

/// A server's place at a database that it shares with others: all read, and one of them writes, which is the one that
/// leads. It leads as long as a session of its own lives, so that it is over when its process or machine is.
public final class PostgresSeat: Sendable {
  /// Reads from the beginning, and writes once this server leads.
  public let database: PooledDatabase
  /// What servers tell each other.
  public let link: any ServerLink

  private let target: PostgresTarget
  private let seat = WriterSeat()
  private let interruption = PostgreSQLInterruption()
  /// How long one waiting for the lock lasts before the next begins: a statement that goes on keeps the database from
  /// removing rows that nobody can see any more.
  private static let turn = "10s"
  /// A server that leads and has lost its session, as when the database is restarted, is left the first move.
  private static let courtesy: Duration = .seconds(3)

  private init(_ target: PostgresTarget, _ database: PooledDatabase) {
    self.target = target
    self.database = database
    link = PostgresLink(target)
  }

  /// Connects to `postgres://user:password@host:port/database`, with so many connections that read. Throws
  /// `DatabaseError` with code `unavailable` where the server does not answer or refuses.
  public static func take(_ uri: String, readers: Int = 3) async throws -> PostgresSeat {
    let target = PostgresTarget(uri: uri)
    let database = try await PooledDatabase.open(
      .postgres, readers: readers, reader: { try PostgresConnection(target) })
    return PostgresSeat(target, database)
  }

  /// The database's address without what is secret.
  public var shown: String { target.shown }

  /// Leads where nobody else does. True where this server leads from here on.
  public func tryToLead() async throws -> Bool {
    try await onThread { [self] in
      let session = try target.connect()
      guard try saying({ () throws(PostgreSQLError) in try seat.tryLock(session) }) else { return false }
      begin(session)
      return true
    }
  }

  /// Waits until no other server leads, and leads then. Throws `CancellationError` when the task is cancelled.
  public func waitToLead() async throws {
    try await withTaskCancellationHandler {
      try await onThread { [self] in
        guard let session = waitForLock() else { throw CancellationError() }
        begin(session)
      }
    } onCancel: {
      interruption.interrupt()
    }
  }

  /// Has it looked at, whenever the session by which this server leads was lost and made anew, whether it still may:
  /// `mayGoOn` asks the database whether nobody else has led. `whenLost` is called once it may not; nothing is written
  /// then any more, and writes throw `DatabaseError.following`.
  public func keep(
    while mayGoOn: @escaping @Sendable (any DatabaseConnection) throws -> Bool, whenLost: @escaping @Sendable () -> Void
  ) {
    seat.keep(while: mayGoOn, whenLost: whenLost)
  }

  /// Leads no more, because another server says that it does.
  public func giveUp() { seat.lose() }

  /// Closes all connections.
  public func close() async {
    interruption.interrupt()
    await link.close()
    await database.close()
  }

  private func begin(_ session: PostgreSQLSession) {
    database.beginWriting(PostgresConnection(target, writing: session, seat))
  }

  private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    let threads = BlockingThreads(name: "db-lead", count: 1)
    defer { threads.stop() }
    return try await threads.run(body)
  }

  private func saying<Result>(_ body: () throws(PostgreSQLError) -> Result) throws -> Result {
    do throws(PostgreSQLError) { return try body() } catch {
      throw DatabaseError(postgres: error, isConnected: true, target, context: "beginning to lead")
    }
  }

  /// A session that has the lock; nil once this is interrupted. Blocks.
  private func waitForLock() -> PostgreSQLSession? {
    while !interruption.isInterrupted {
      do {
        let session = try target.connect(interruption)
        try session.run("SELECT set_config('lock_timeout', '\(Self.turn)', false)")
        while !interruption.isInterrupted {
          guard try seat.waitForLock(session) else { continue }
          // What ends the waiting is not to end the leading.
          interruption.detach()
          return session
        }
      } catch {
        pause(Self.courtesy)
      }
    }
    return nil
  }

  private func pause(_ duration: Duration) {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end, !interruption.isInterrupted { usleep(50_000) }
  }
}
