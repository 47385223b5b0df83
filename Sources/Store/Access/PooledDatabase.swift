internal import Concurrency

/// A database of one connection that writes and some that read, each with a thread of its own.
public final class PooledDatabase: Database {
  /// The database's words.
  public let dialect: DatabaseDialect

  private let writer = Lock<WriteGroups?>(nil)
  private let isClosed = Lock(false)
  private let readers: ReadPool

  private init(dialect: DatabaseDialect, readers: ReadPool) {
    self.dialect = dialect
    self.readers = readers
  }

  /// Opens the connections: first the one that writes, then `count` that read.
  public static func open(
    _ dialect: DatabaseDialect, writer: @escaping @Sendable () throws -> any WriterConnection, readers count: Int,
    reader: @escaping @Sendable () throws -> any ReaderConnection
  ) async throws -> PooledDatabase {
    let threads = BlockingThreads(name: "db-write", count: 1)
    do {
      let groups = WriteGroups(connection: try await threads.run(writer), threads: threads)
      do {
        let database = PooledDatabase(dialect: dialect, readers: try await ReadPool.open(count: count, reader))
        database.writer.withLock { $0 = groups }
        return database
      } catch {
        await groups.close()
        throw error
      }
    } catch {
      threads.stop()
      throw error
    }
  }

  /// Opens `count` connections that read. Nothing can be written before `beginWriting`.
  public static func open(
    _ dialect: DatabaseDialect, readers count: Int, reader: @escaping @Sendable () throws -> any ReaderConnection
  ) async throws -> PooledDatabase {
    PooledDatabase(dialect: dialect, readers: try await ReadPool.open(count: count, reader))
  }

  /// Writes through this connection from now on. Call it once.
  public func beginWriting(_ connection: any WriterConnection) {
    let isLate = isClosed.withLock { isClosed in
      if !isClosed {
        writer.withLock {
          $0 = WriteGroups(connection: connection, threads: BlockingThreads(name: "db-write", count: 1))
        }
      }
      return isClosed
    }
    if isLate { connection.close() }
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
    guard let writer = writer.withLock({ $0 }) else {
      throw isClosed.withLock { $0 } ? DatabaseError.closed : DatabaseError.following
    }
    return try await writer.run(body)
  }

  /// Waits for what is under way and closes the connections.
  public func close() async {
    isClosed.withLock { $0 = true }
    await readers.close()
    await writer.withLock { $0 }?.close()
  }
}
