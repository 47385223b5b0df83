internal import Concurrency
public import Store

/// A PostgreSQL database as a `Database`: one connection that writes and some that read. A connection that is lost is
/// made anew, and what ran on it is run once more, unless the server says that it was committed.
public final class PostgresDatabase: Database {
  /// PostgreSQL's words.
  public var dialect: DatabaseDialect { .postgres }

  private let writer: WriteGroups
  private let readers: ReadPool

  private init(writer: WriteGroups, readers: ReadPool) {
    self.writer = writer
    self.readers = readers
  }

  /// Connects to `postgres://user:password@host:port/database`; what the address leaves out comes from `PGPASSWORD` and
  /// the other variables of libpq. Throws `DatabaseError` with code `unavailable` where the server does not answer or
  /// refuses, and `locked` where another server of this program uses the database.
  public static func open(_ uri: String, readers: Int = 3) async throws -> PostgresDatabase {
    let target = PostgresTarget(uri: uri)
    let threads = BlockingThreads(name: "db-write", count: 1)
    do {
      let writer = WriteGroups(
        connection: try await threads.run { try PostgresConnection(target, isWriter: true) }, threads: threads)
      do {
        let readers = try await ReadPool.open(count: readers) { try PostgresConnection(target, isWriter: false) }
        return PostgresDatabase(writer: writer, readers: readers)
      } catch {
        await writer.close()
        throw error
      }
    } catch {
      threads.stop()
      throw error
    }
  }

  /// Runs `body` on a reader's thread, in one snapshot; once more where the connection was lost.
  public func read<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    try await readers.run(body)
  }

  /// Runs `body` on the writer's thread. Bodies that wait together share a transaction, each in a savepoint; all of
  /// them return only after it is committed, and all fail where the commit fails.
  public func write<Result: Sendable>(
    _ body: @escaping @Sendable (any DatabaseConnection) throws -> Result
  ) async throws -> Result {
    try await writer.run(body)
  }

  /// Waits for what is under way and disconnects.
  public func close() async {
    await readers.close()
    await writer.close()
  }
}
