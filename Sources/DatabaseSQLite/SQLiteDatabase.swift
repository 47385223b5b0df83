public import Store

/// A SQLite file as a `Database`: write-ahead log, every commit on the disk before `write` returns, one thread that
/// writes and some that read. What is committed survives `kill -9` and the loss of power.
public enum SQLiteDatabase {
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
  ) async throws -> PooledDatabase {
    try await PooledDatabase.open(
      .sqlite, writer: { try SQLiteConnection.openWriter(path, configuration) }, readers: configuration.readers,
      reader: { try SQLiteConnection.openReader(path, configuration) })
  }
}
