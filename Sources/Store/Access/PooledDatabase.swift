internal import Concurrency

/// A database of one connection that writes and some that read, each with a thread of its own.
public final class PooledDatabase: Database {
  /// The database's words.
  public let dialect: DatabaseDialect

  private let writer: WriteGroups
  private let readers: ReadPool

  private init(dialect: DatabaseDialect, writer: WriteGroups, readers: ReadPool) {
    self.dialect = dialect
    self.writer = writer
    self.readers = readers
  }

  /// Opens the connections: first the one that writes, then `count` that read.
  public static func open(
    _ dialect: DatabaseDialect, writer: @escaping @Sendable () throws -> any WriterConnection, readers count: Int,
    reader: @escaping @Sendable () throws -> any ReaderConnection
  ) async throws -> PooledDatabase {
    let threads = BlockingThreads(name: "db-write", count: 1)
    do {
      let writer = WriteGroups(connection: try await threads.run(writer), threads: threads)
      do {
        let readers = try await ReadPool.open(count: count, reader)
        return PooledDatabase(dialect: dialect, writer: writer, readers: readers)
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

  /// Waits for what is under way and closes the connections.
  public func close() async {
    await readers.close()
    await writer.close()
  }
}
