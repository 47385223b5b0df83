import Concurrency
import DatabasePostgres
import PostgreSQL
import Store
import Testing

/// Servers at one database: one of them writes, and what happens when it goes, or only seems to.
@Suite struct SeatTests {
  /// A schema with a table that says in which term who leads.
  private static func schema() async throws -> String {
    let uri = try TestSchema().uri
    _ = try PostgreSQLSession(uri: uri).run("CREATE TABLE terms (term BIGINT)")
    _ = try PostgreSQLSession(uri: uri).run("INSERT INTO terms VALUES (0)")
    return uri
  }

  private static func term(_ connection: any DatabaseConnection) throws -> Int64 {
    var term: Int64 = -1
    try connection.query("SELECT MAX(term) FROM terms", []) { term = $0.integer(0) ?? -1 }
    return term
  }

  /// Begins a term, as a server that leads does. Returns what is signalled once it leads no more.
  private static func begin(_ seat: PostgresSeat) async throws -> Lock<Int> {
    let losses = Lock(0)
    let term = try await seat.database.write { connection in
      let next = try Self.term(connection) + 1
      _ = try connection.execute("INSERT INTO terms VALUES ($1)", [.integer(next)])
      return next
    }
    seat.keep(while: { try Self.term($0) == term }, whenLost: { losses.withLock { $0 += 1 } })
    return losses
  }

  private static func mark(_ seat: PostgresSeat, _ value: Int64) async throws {
    try await seat.database.write { _ = try $0.execute("INSERT INTO terms VALUES (-$1)", [.integer(value)]) }
  }

  private static func marks(_ seat: PostgresSeat) async throws -> [Int64] {
    try await seat.database.read { connection in
      var marks: [Int64] = []
      try connection.query("SELECT -term FROM terms WHERE term < 0 ORDER BY term DESC", []) {
        marks.append($0.integer(0) ?? 0)
      }
      return marks
    }
  }

  @Test func `who follows reads, and writes only once nobody else does`() async throws {
    let uri = try await Self.schema()
    let (first, second) = (try await PostgresSeat.take(uri), try await PostgresSeat.take(uri))
    #expect(try await first.tryToLead())
    #expect(try await !second.tryToLead())
    _ = try await Self.begin(first)
    try await Self.mark(first, 1)
    #expect(try await Self.marks(second) == [1])
    let refused = await #expect(throws: DatabaseError.self) { try await Self.mark(second, 2) }
    #expect(refused?.code == .following)
    async let waiting: Void = second.waitToLead()
    await first.close()
    try await waiting
    _ = try await Self.begin(second)
    try await Self.mark(second, 3)
    #expect(try await Self.marks(second) == [1, 3])
    await second.close()
  }

  @Test func `one that was believed dead never writes again`() async throws {
    let uri = try await Self.schema()
    let (old, new) = (try await PostgresSeat.take(uri), try await PostgresSeat.take(uri))
    #expect(try await old.tryToLead())
    let losses = try await Self.begin(old)
    async let waiting: Void = new.waitToLead()
    try await new.link.endLeader()
    try await waiting
    let kept = try await Self.begin(new)
    // The first finds out that its connection is gone, and with it the right to write.
    await #expect(throws: DatabaseError.self) { try await Self.mark(old, 1) }
    for _ in 0..<3 {
      let refused = await #expect(throws: DatabaseError.self) { try await Self.mark(old, 1) }
      #expect(refused?.code == .following)
    }
    try await Self.mark(new, 2)
    #expect(try await Self.marks(old) == [2])
    #expect(losses.withLock { $0 } == 1 && kept.withLock { $0 } == 0)
    await old.close()
    await new.close()
  }

  @Test func `one that others have led since is refused although nobody leads now`() async throws {
    let uri = try await Self.schema()
    let (old, new) = (try await PostgresSeat.take(uri), try await PostgresSeat.take(uri))
    #expect(try await old.tryToLead())
    let losses = try await Self.begin(old)
    async let waiting: Void = new.waitToLead()
    try await new.link.endLeader()
    try await waiting
    _ = try await Self.begin(new)
    await new.close()
    await #expect(throws: DatabaseError.self) { try await Self.mark(old, 1) }
    #expect(losses.withLock { $0 } == 1)
    // The place is free for one that begins anew.
    let third = try await PostgresSeat.take(uri)
    #expect(try await third.tryToLead())
    await old.close()
    await third.close()
  }

  @Test func `one that nobody has replaced goes on after its connection was lost`() async throws {
    let uri = try await Self.schema()
    let (seat, other) = (try await PostgresSeat.take(uri), try await PostgresSeat.take(uri))
    #expect(try await seat.tryToLead())
    let losses = try await Self.begin(seat)
    for round in 1...3 {
      try await other.link.endLeader()
      try await Self.mark(seat, Int64(round))
    }
    #expect(try await Self.marks(other) == [1, 2, 3])
    #expect(losses.withLock { $0 } == 0)
    #expect(try await !other.tryToLead())
    await seat.close()
    await other.close()
  }

  @Test func `one that gives up writes nothing, and waiting ends with its task`() async throws {
    let uri = try await Self.schema()
    let (seat, other) = (try await PostgresSeat.take(uri), try await PostgresSeat.take(uri))
    #expect(try await seat.tryToLead())
    let waiting = Task { try await other.waitToLead() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    await seat.close()
    await other.close()
    await #expect(throws: DatabaseError.self) { try await Self.mark(other, 1) }
  }

  @Test func `however many ask, there are no more connections than the pool has`() async throws {
    let uri = try await Self.schema()
    let mark = try #require(uri.firstRange(of: "%3D").map { uri[$0.upperBound...] })
    let named = uri.replacing("/postgres?", with: "/postgres?application_name=\(mark)&")
    let seat = try await PostgresSeat.take(named, readers: 3)
    #expect(try await seat.tryToLead())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<200 {
        group.addTask {
          try await seat.database.read { try $0.query("SELECT pg_sleep(0.001)", []) { _ in } }
          try await seat.database.write { _ = try $0.execute("UPDATE terms SET term = term", []) }
        }
      }
      try await group.waitForAll()
    }
    let count = try PostgreSQLSession(uri: uri).run(
      "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = $1", [.text(String(mark))])
    #expect(count.integer(0, 0) == 4)
    await seat.close()
  }
}
