import DatabaseSQLite
import Files
import Glibc
import Model
import Store
import Testing

@testable import DatabaseConformance

/// Holds a thread until it is opened.
///
/// `@unchecked Sendable`: a semaphore is made for threads.
final class Gate: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  init() { sem_init(semaphore, 0, 0) }
  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }
  func open() { sem_post(semaphore) }
  func wait() { while sem_wait(semaphore) != 0 {} }
}

@Suite struct SQLiteDatabaseTests {
  private static func open(_ path: String, busyTimeout: Duration = .seconds(5)) async throws -> any Database {
    var configuration = SQLiteDatabase.Configuration()
    configuration.busyTimeout = busyTimeout
    return try await SQLiteDatabase.open(path, configuration: configuration)
  }

  private static func integers(_ database: any Database, _ sql: String) async throws -> [Int64] {
    try await database.read { connection in
      var found: [Int64] = []
      try connection.query(sql, []) { found.append($0.integer(0) ?? -1) }
      return found
    }
  }

  @Test func `a file that is not a database is refused with its name, and left as it is`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/notes.txt"
    let bytes = Array(String(repeating: "not a database\n", count: 400).utf8)
    try FileTree.writeAtomically(bytes, to: path)
    let error = await #expect(throws: DatabaseError.self) { _ = try await Self.open(path) }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains(path) == true && error?.message.contains("not a SQLite database") == true)
    #expect(try FileTree.contents(of: path, limit: 100_000) == bytes)
  }

  @Test func `another program's database is refused`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/other.db"
    let other = try await Self.open(path)
    try await other.write { connection in
      try connection.execute("CREATE TABLE bookmarks (i BIGINT)", [])
      try connection.execute("PRAGMA application_id = 12345", [])
    }
    await other.close()
    let error = await #expect(throws: DatabaseError.self) { _ = try await Self.open(path) }
    #expect(error?.code == .unavailable && error?.message.contains("another program") == true)
  }

  @Test func `a path that cannot be made is refused with its name`() async throws {
    let error = await #expect(throws: DatabaseError.self) { _ = try await Self.open("/proc/none/wright.db") }
    #expect(error?.code == .unavailable && error?.message.contains("/proc/none/wright.db") == true)
  }

  @Test func `a file that another process holds is reported as locked, and works once it is free`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/wright.db"
    let holder = try await Self.open(path)
    _ = try await holder.write { try $0.execute("CREATE TABLE t (i BIGINT)", []) }
    let database = try await Self.open(path, busyTimeout: .milliseconds(1))
    let begun = AsyncStream<Void>.makeStream()
    let end = Gate()
    let holding = Task {
      _ = try await holder.write { connection in
        begun.continuation.yield()
        end.wait()
        return try connection.execute("INSERT INTO t VALUES (1)", [])
      }
    }
    for await _ in begun.stream { break }
    let error = await #expect(throws: DatabaseError.self) {
      _ = try await database.write { try $0.execute("INSERT INTO t VALUES (2)", []) }
    }
    #expect(error?.code == .locked && error?.message.contains("another process") == true)
    end.open()
    try await holding.value
    _ = try await database.write { try $0.execute("INSERT INTO t VALUES (3)", []) }
    #expect(try await Self.integers(database, "SELECT i FROM t") == [1, 3])
    await holder.close()
    await database.close()
  }

  @Test func `a full disk fails what did not fit, keeps what was reported as stored, and goes on`() async throws {
    let folder = try TemporaryFolder()
    let database = try await Self.open(folder.path + "/wright.db")
    try await database.write { connection in
      try connection.execute("CREATE TABLE t (i BIGINT, b BLOB)", [])
      try connection.execute("PRAGMA max_page_count = 60", [])
    }
    let stored = await Self.writeTogether(database, count: 100) { connection, number in
      let bytes = [UInt8](repeating: 1, count: number.isMultiple(of: 10) ? 100_000 : 100)
      try connection.execute("INSERT INTO t VALUES ($1, $2)", [.integer(number), .bytes(bytes)])
    }
    #expect(stored.refusals == [.full])
    #expect(stored.numbers.count < 100 && stored.numbers.count > 10)
    #expect(try await Self.integers(database, "SELECT i FROM t ORDER BY i") == stored.numbers)
    await database.close()
  }

  @Test func `a commit that fails is a failure for every body that shared it`() async throws {
    let folder = try TemporaryFolder()
    let database = try await Self.open(folder.path + "/wright.db")
    try await database.write { connection in
      try connection.execute("CREATE TABLE parent (i BIGINT PRIMARY KEY)", [])
      try connection.execute(
        "CREATE TABLE t (i BIGINT, p BIGINT REFERENCES parent (i) DEFERRABLE INITIALLY DEFERRED)", [])
    }
    let stored = await Self.writeTogether(database, count: 200) { connection, number in
      // The constraint is looked at only by the commit.
      let parent: DatabaseValue = number == 150 ? .integer(99) : .null
      try connection.execute("INSERT INTO t VALUES ($1, $2)", [.integer(number), parent])
    }
    #expect(stored.refusals == [.constraint])
    #expect(!stored.numbers.contains(150))
    #expect(try await Self.integers(database, "SELECT i FROM t ORDER BY i") == stored.numbers)
    await database.close()
  }

  /// Writes numbers from many tasks at once; returns those that were reported as stored, and how others were refused.
  private static func writeTogether(
    _ database: any Database, count: Int64,
    _ body: @escaping @Sendable (any DatabaseConnection, Int64) throws -> Void
  ) async -> (numbers: [Int64], refusals: Set<DatabaseError.Code>) {
    await withTaskGroup(of: (Int64, DatabaseError.Code?).self) { group in
      for number in 0..<count {
        group.addTask {
          do {
            try await database.write { try body($0, number) }
            return (number, nil)
          } catch {
            return (number, (error as? DatabaseError)?.code ?? .other)
          }
        }
      }
      var numbers: [Int64] = []
      var refusals: Set<DatabaseError.Code> = []
      for await (number, refusal) in group {
        if let refusal { refusals.insert(refusal) } else { numbers.append(number) }
      }
      return (numbers.sorted(), refusals)
    }
  }

  @Test func `what was written is there after an end without warning`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/wright.db"
    let database = try await Self.open(path)
    _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT)", []) }
    _ = try await database.write { try $0.execute("INSERT INTO t VALUES (7)", []) }
    // What kill -9 leaves behind: the files as they are, the log not yet moved into the database.
    let copy = folder.path + "/copy.db"
    for suffix in ["", "-wal"] {
      try FileTree.writeAtomically(try FileTree.contents(of: path + suffix, limit: 10_000_000), to: copy + suffix)
    }
    let reopened = try await Self.open(copy)
    #expect(try await Self.integers(reopened, "SELECT i FROM t") == [7])
    await reopened.close()
    await database.close()
    #expect(try FileTree.names(in: folder.path) == ["copy.db", "wright.db"])
  }

  @Test func `the file and its log are for its owner only`() async throws {
    let folder = try TemporaryFolder()
    let database = try await Self.open(folder.path + "/wright.db")
    _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT)", []) }
    for name in try FileTree.names(in: folder.path) {
      #expect(try FileTree.status(folder.path + "/" + name)?.permissions == 0o600, "\(name)")
    }
    await database.close()
  }

  @Test func `a reader sees one moment while others write`() async throws {
    let folder = try TemporaryFolder()
    let database = try await Self.open(folder.path + "/wright.db")
    _ = try await database.write { try $0.execute("CREATE TABLE t (i BIGINT)", []) }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<200 {
        group.addTask {
          _ = try await database.write { try $0.execute("INSERT INTO t VALUES ($1)", [.integer(Int64(number))]) }
        }
        group.addTask {
          let counts = try await database.read { connection in
            var counts: [Int64] = []
            for _ in 0..<3 { try connection.query("SELECT COUNT(*) FROM t", []) { counts.append($0.integer(0) ?? -1) } }
            return counts
          }
          #expect(Set(counts).count == 1)
        }
      }
      try await group.waitForAll()
    }
    await database.close()
  }
}
