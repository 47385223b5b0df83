import DatabasePostgres
import PostgreSQL
import Store
import Testing

/// What servers tell each other.
@Suite struct LinkTests {
  /// The next lines, up to the one called so; gaps are shown as such.
  private static func heard(
    _ messages: inout AsyncStream<ServerMessage>.Iterator, upTo last: String
  ) async -> [String] {
    var heard: [String] = []
    while let message = await messages.next() {
      switch message {
      case .gap: heard.append("gap")
      case .line(let line): heard.append(line)
      }
      if heard.last == last { break }
    }
    return heard
  }

  @Test func `all hear the same lines in the same order, and those of other schemas hear nothing`() async throws {
    let (uri, other) = (try TestSchema().uri, try TestSchema().uri)
    let seats = [
      try await PostgresSeat.take(uri), try await PostgresSeat.take(uri), try await PostgresSeat.take(other),
    ]
    var listeners = seats.map { $0.link.messages().makeAsyncIterator() }
    for index in listeners.indices {
      let first = await listeners[index].next()
      #expect(first == .gap)
    }
    // More than one message may hold.
    let lines = (0..<2000).map { "line \($0) of æ" }
    for line in lines { seats[0].link.tell([line]) }
    seats[0].link.tell(["end"])
    var heard = await Self.heard(&listeners[0], upTo: "end")
    #expect(heard == lines + ["end"])
    heard = await Self.heard(&listeners[1], upTo: "end")
    #expect(heard == lines + ["end"])
    seats[2].link.tell(["own"])
    heard = await Self.heard(&listeners[2], upTo: "own")
    #expect(heard == ["own"])
    for seat in seats { await seat.close() }
    let end = await listeners[0].next()
    #expect(end == nil)
  }

  @Test func `who has lost the connection is told that something may be missing`() async throws {
    let uri = try TestSchema().uri
    let mark = try #require(uri.firstRange(of: "%3D").map { uri[$0.upperBound...] })
    let listening = try await PostgresSeat.take(
      uri.replacing("/postgres?", with: "/postgres?application_name=\(mark)&"), readers: 1)
    let telling = try await PostgresSeat.take(uri)
    var messages = listening.link.messages().makeAsyncIterator()
    var message = await messages.next()
    #expect(message == .gap)
    telling.link.tell(["one"])
    message = await messages.next()
    #expect(message == .line("one"))
    _ = try PostgreSQLSession(uri: uri).run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [.text(String(mark))])
    message = await messages.next()
    #expect(message == .gap)
    telling.link.tell(["two"])
    message = await messages.next()
    #expect(message == .line("two"))
    await listening.close()
    await telling.close()
  }

  @Test func `what is run on it is one transaction, and its connection is made anew`() async throws {
    let uri = try TestSchema().uri
    let seat = try await PostgresSeat.take(uri)
    try await seat.link.run { _ = try $0.execute("CREATE TABLE t (i BIGINT)", []) }
    struct Stop: Error {}
    await #expect(throws: Stop.self) {
      try await seat.link.run { connection in
        _ = try connection.execute("INSERT INTO t VALUES (1)", [])
        throw Stop()
      }
    }
    let own = try await seat.link.run { connection in
      var pid: Int64 = 0
      try connection.query("SELECT pg_backend_pid()", []) { pid = $0.integer(0) ?? 0 }
      return pid
    }
    _ = try PostgreSQLSession(uri: uri).run("SELECT pg_terminate_backend($1::bigint::int)", [.integer(own)])
    await #expect(throws: DatabaseError.self) { try await seat.link.run { try $0.query("SELECT 1", []) { _ in } } }
    try await seat.link.run { _ = try $0.execute("INSERT INTO t VALUES (2)", []) }
    let found = try PostgreSQLSession(uri: uri).run("SELECT SUM(i), COUNT(*) FROM t")
    #expect(found.integer(0, 0) == 2 && found.integer(0, 1) == 1)
    await seat.close()
  }
}
