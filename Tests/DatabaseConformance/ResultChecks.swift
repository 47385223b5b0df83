import Model
import Store
import Testing

extension ConformanceCheck {
  static let results = [
    ConformanceCheck("messages and tests are stored with their build, in order, page by page", listed),
    ConformanceCheck("a batch of results that comes twice is stored once", repeated),
    ConformanceCheck("results are taken under the lease only, and for a job of its build", fenced),
    ConformanceCheck("a message is new where the build before did not have it as often", compared),
    ConformanceCheck("a build follows one of the same ref, else source, else manifest, that ended by itself", followed),
    ConformanceCheck("a build that is begun anew forgets what was found", forgotten),
    ConformanceCheck("results beyond the limits are counted and not kept, and nothing is compared with them", bounded),
  ]

  private static func message(
    _ text: String, _ severity: CompilerMessage.Severity = .warning, line: Int64 = 1
  ) -> CompilerMessage {
    CompilerMessage(
      severity: severity, file: "a.c", line: line, column: nil, text: text, option: "-Wx", logLine: line + 10)
  }

  private static func batch(_ texts: [String], from first: Int = 0, tests: [TestCase] = []) -> ResultBatch {
    var counts = ResultCounts(messages: MessageCounts(warnings: Int64(first + texts.count)))
    if !tests.isEmpty {
      counts.tests = TestCounts()
      for test in tests { counts.tests?.add(test.status) }
    }
    return ResultBatch(firstMessage: first, messages: texts.map { message($0) }, tests: tests, counts: counts)
  }

  /// Submits, claims and starts a build, reports `batches` of its first job and ends it.
  private static func build(
    _ fixture: Fixture, _ batches: [ResultBatch], end: Status? = .passed, namespace: String? = nil,
    sources: [String] = [], move: RefMove? = nil
  ) async throws -> Build {
    let submitted = try await fixture.submit(namespace: namespace, sources: sources, move: move)
    let claimed = try await fixture.claim(submitted.entry)
    let job = claimed.jobs[1].id
    let changes = batches.map { StoredChange.results(job, $0) }
    _ = try #require(try await fixture.store.apply([.started(job, at: at(20))] + changes, under: claimed.lease))
    if let end {
      _ = try #require(
        try await fixture.store.finish(
          claimed.build.id, lease: claimed.lease, status: end, jobs: .failed, reason: nil, logSizes: [:], at: at(30)))
    }
    return try #require(try await fixture.store.build(claimed.build.id))
  }

  private static func new(_ fixture: Fixture, _ build: Build) async throws -> [String] {
    try await fixture.store.messages(MessageQuery(owner: build.owner, build: build.id, isNew: true)).elements.map(
      \.message.text)
  }

  @Sendable private static func listed(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let other = try await fixture.store.ensureUser(name: "other", at: at(0))
    let tests = [
      TestCase(suite: "s", name: "one", status: .passed, durationMicroseconds: 1500),
      TestCase(suite: "s", name: "two", status: .failed, message: "no\nno"),
      TestCase(suite: "", name: "three", status: .skipped), TestCase(suite: "", name: "four", status: .error),
    ]
    var batch = batch(["one", "two"], tests: tests)
    batch.messages += [message("bad", .error, line: 3), message("here", .note, line: 4)]
    batch.counts.messages.errors = 1
    let build = try await build(fixture, [batch])
    #expect(build.results?.counts == batch.counts)
    #expect(build.results?.comparedWith == nil && build.results?.new.isEmpty == true)
    let jobs = try await fixture.store.jobs(of: build.id, owner: build.owner)
    #expect(jobs.map(\.results) == [nil, batch.counts, nil])
    #expect(try await fixture.store.builds(BuildQuery(owner: build.owner)).builds == [build])

    let query = MessageQuery(owner: build.owner, build: build.id)
    let all = try await fixture.store.messages(query)
    #expect(all.elements.map(\.message) == batch.messages && all.next == nil)
    #expect(all.elements.allSatisfy { $0.job == jobs[1].id && !$0.isNew })
    var page = query
    page.limit = 3
    let first = try await fixture.store.messages(page)
    page.after = first.next
    #expect(first.elements + (try await fixture.store.messages(page).elements) == all.elements)
    page = MessageQuery(owner: build.owner, build: build.id, severities: [.error, .note])
    #expect(try await fixture.store.messages(page).elements.map(\.message.text) == ["bad", "here"])

    var testQuery = TestQuery(owner: build.owner, build: build.id, limit: 1)
    var names: [String] = []
    repeat {
      let page = try await fixture.store.tests(testQuery)
      names += page.elements.map(\.test.name)
      testQuery.after = page.next
    } while testQuery.after != nil
    #expect(names == ["two", "four", "three", "one"])
    #expect(
      try await fixture.store.tests(TestQuery(owner: build.owner, build: build.id, status: .failed)).elements.map(
        \.test)
        == [tests[1]])
    #expect(try await fixture.store.messages(MessageQuery(owner: other.id, build: build.id)).elements.isEmpty)
    #expect(try await fixture.store.tests(TestQuery(owner: other.id, build: build.id)).elements.isEmpty)
  }

  @Sendable private static func repeated(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let batches = [
      batch(["one"], tests: [TestCase(suite: "", name: "t", status: .passed)]), batch(["two", "three"], from: 1),
    ]
    let build = try await build(fixture, [batches[0], batches[0], batches[1], batches[0], batches[1]])
    let found = try await fixture.store.messages(MessageQuery(owner: build.owner, build: build.id)).elements
    #expect(found.map(\.message.text) == ["one", "two", "three"])
    #expect(try await fixture.store.tests(TestQuery(owner: build.owner, build: build.id)).elements.count == 1)
    #expect(build.results?.counts.messages.warnings == 3)
  }

  @Sendable private static func fenced(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let claimed = try await fixture.claim(try await fixture.submit().entry)
    let other = try await fixture.submit()
    let stale = StoredLease(build: claimed.build.id, fence: claimed.fence - 1)
    let change = StoredChange.results(claimed.jobs[1].id, batch(["one"]))
    #expect(try await fixture.store.apply([change], under: stale) == nil)
    await #expect(throws: StoreError.missing(table: "jobs", id: other.jobs[1].id.rawValue)) {
      try await fixture.store.apply([.results(other.jobs[1].id, batch(["one"]))], under: claimed.lease)
    }
    #expect(try await fixture.store.build(claimed.build.id)?.results == nil)
  }

  @Sendable private static func compared(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let first = try await build(fixture, [batch(["a", "b"])])
    #expect(try await new(fixture, first) == [])
    let second = try await build(fixture, [batch(["a"]), batch(["a", "c"], from: 1)])
    #expect(second.results?.comparedWith == first.id)
    #expect(second.results?.new == MessageCounts(warnings: 2))
    #expect(try await new(fixture, second) == ["a", "c"])
    let third = try await build(fixture, [batch([], tests: [TestCase(suite: "", name: "t", status: .passed)])])
    #expect(third.results?.comparedWith == second.id)
    let clean = try await build(fixture, [])
    #expect(clean.results == nil)
    let fifth = try await build(fixture, [batch(["a"])])
    #expect(fifth.results?.comparedWith == clean.id)
    #expect(try await new(fixture, fifth) == ["a"])
  }

  @Sendable private static func followed(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let plain = try await build(fixture, [batch(["a"])])
    _ = try await build(fixture, [batch(["a"])], end: .killed)
    _ = try await build(fixture, [batch(["a"])], end: .timedOut)
    _ = try await build(fixture, [batch(["a"])], end: nil)
    let spaced = try await build(fixture, [batch(["a"])], namespace: "space")
    let sourced = try await build(fixture, [batch(["a"])], sources: ["https://user:one@example.org/a.git"])
    #expect(spaced.results?.comparedWith == nil && sourced.results?.comparedWith == nil)
    #expect(try await build(fixture, [batch(["b"])]).results?.comparedWith == plain.id)
    #expect(try await build(fixture, [batch(["b"])], namespace: "space").results?.comparedWith == spaced.id)
    let next = try await build(fixture, [batch(["b"])], sources: ["https://user:two@example.org/a.git", "https://b/b"])
    #expect(next.results?.comparedWith == sourced.id)
    let other = try await fixture.store.ensureUser(name: "other", at: at(0))
    #expect(next.owner != other.id)
  }

  @Sendable private static func forgotten(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let claimed = try await fixture.claim(try await fixture.submit().entry)
    let (first, second) = (claimed.jobs[1].id, claimed.jobs[2].id)
    let tests = [TestCase(suite: "", name: "t", status: .passed)]
    _ = try await fixture.store.apply(
      [
        .started(first, at: at(20)), .results(first, batch(["a"], tests: tests)),
        .finished(first, .passed, exitCode: 0, logSize: 3, at: at(21)), .started(second, at: at(22)),
        .results(second, batch(["b"])),
      ], under: claimed.lease)
    let again = try #require(try await fixture.store.requeue(claimed.lease, .lost, at: at(30)))
    #expect(again.rows.build?.results == nil)
    #expect(
      try await fixture.store.messages(MessageQuery(owner: fixture.user.id, build: claimed.build.id)).elements == [])
    #expect(try await fixture.store.tests(TestQuery(owner: fixture.user.id, build: claimed.build.id)).elements == [])
    let retaken = try await fixture.claim(again.entry, time: 40)
    let changes = [StoredChange.started(retaken.jobs[1].id, at: at(50)), .results(retaken.jobs[1].id, batch(["c"]))]
    let rows = try #require(try await fixture.store.apply(changes, under: retaken.lease))
    #expect(rows.build?.results?.counts == ResultCounts(messages: MessageCounts(warnings: 1)))
    #expect(rows.build?.id == claimed.build.id)
  }

  @Sendable private static func bounded(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let batches = (0..<11).map { part in batch((0..<500).map { "\(part) \($0)" }, from: part * 500) }
    let first = try await build(fixture, batches)
    #expect(first.results?.counts.messages.warnings == 5500)
    var query = MessageQuery(owner: first.owner, build: first.id, limit: 200)
    var kept = 0
    repeat {
      let page = try await fixture.store.messages(query)
      kept += page.elements.count
      query.after = page.next
    } while query.after != nil
    #expect(kept == ResultLimits.messagesOfBuild)
    let second = try await build(fixture, [batch(["0 0", "new"])])
    #expect(second.results?.comparedWith == nil && second.results?.new.isEmpty == true)
  }
}
