internal import Concurrency
internal import Files
public import Store

/// A SQLite file as a `Database`: write-ahead log, every commit on the disk before `write` returns, one thread that
/// writes and some that read. What is committed survives `kill -9` and the loss of power.
public final class SQLiteDatabase: Database {
  /// SQLite's words.
  public var dialect: DatabaseDialect { .sqlite }

  private let writer: WriteGroups
  private let readers: ReadPool

  private init(writer: WriteGroups, readers: ReadPool) {
    self.writer = writer
    self.readers = readers
  }

  /// How to open a file.
  public struct Configuration: Sendable {
    /// How many reads run at once; each has a thread and a connection with a cache of its own.
    public var readers = 3
    /// How long to wait for another process that holds the file, before `DatabaseError.Code.locked`.
    public var busyTimeout: Duration = .seconds(5)
    /// True where what was written survives also the loss of power; without it, the end of the process only, which is
    /// enough for tests and saves them the wait for the disk.
    public var survivesPowerLoss = true
    /// The page cache of each connection, in KiB.
    public var cacheKiB = 1024

    /// The defaults.
    public init() {}
  }

  /// Opens the file, made (mode 0600) where it does not exist. Throws `DatabaseError` with code `unavailable` where it
  /// is not a database of this program, `locked` where another process holds it, `full` where the disk is full.
  public static func open(
    _ path: String, configuration: Configuration = Configuration()
  ) async throws -> SQLiteDatabase {
    let threads = BlockingThreads(name: "db-write", count: 1)
    do {
      let connection = try await threads.run { try SQLiteConnection.openWriter(path, configuration) }
      let writer = WriteGroups(connection: connection, threads: threads)
      do {
        return SQLiteDatabase(
          writer: writer,
          readers: try await ReadPool.open(count: configuration.readers) {
            try SQLiteConnection.openReader(path, configuration)
          })
      } catch {
        await writer.close()
        throw error
      }
    } catch {
      threads.stop()
      throw error
    }
  }

  /// Runs `body` on a reader's thread, in one snapshot.
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

  /// Waits for what is under way, moves the write-ahead log into the file, and closes it.
  public func close() async {
    await readers.close()
    await writer.close()
  }
}
