import Crypto
import Model
import Store
import Testing

extension ConformanceCheck {
  static let repositories: [ConformanceCheck] =
    repositoryChanges + repositoryLists
    + repositoryResults + repositoryPages

  private static let repositoryChanges: [ConformanceCheck] = [
    ConformanceCheck("a registered repository is there for its owner, and its secrets are not in the database") {
      database in
      let fixture = try await Fixture(database)
      let repository = try await fixture.register(
        "https://me:xxxxxx@example.org/r.git", address: "https://me:letmein@example.org/r.git", namespace: "a/b")
      #expect(repository.namespace == "a/b" && repository.everySeconds == 60 && repository.isEnabled)
      #expect(repository.nextCheckAt == at(5), "the first check is due at once")
      let other = try await fixture.store.ensureUser(name: "other", at: at(0)).id
      #expect(try await fixture.store.repository(repository.id, owner: other) == nil)
      #expect(try await fixture.store.webhookSecret(of: repository.id, owner: other) == nil)
      #expect(try await fixture.store.webhookSecret(of: repository.id, owner: fixture.user.id) == "hook-secret")
      #expect(try await fixture.store.webhookSecret(of: repository.id) == "hook-secret")
      let watched = try await fixture.store.watchedRepository(repository.id)
      #expect(watched?.address == "https://me:letmein@example.org/r.git" && watched?.repository == repository)
      let clear = try await database.read { connection in
        var found = ""
        try connection.query(
          "SELECT url, address, webhook_secret FROM repositories WHERE id = $1", [.integer(repository.id.rawValue)]
        ) { row in
          found += row.text(0) ?? ""
          for column in 1...2 { found += String(decoding: row.bytes(column) ?? [], as: UTF8.self) }
        }
        return found
      }
      #expect(!clear.contains("letmein") && !clear.contains("hook-secret"))
    },
    ConformanceCheck("the same refs of the same address are registered once") { database in
      let fixture = try await Fixture(database)
      let first = try await fixture.register("https://example.org/r.git")
      #expect(
        try await fixture.store.add(.sample(fixture, "https://example.org/r.git"), at: at(6)) == .exists(first.id))
      let second = try await fixture.register("https://example.org/r.git", watch: .branches("*"))
      let clash = try await fixture.store.updateRepository(second.id, owner: fixture.user.id, at: at(7)) {
        $0.watch = .defaultBranch
      }
      #expect(clash == .exists(first.id))
      #expect(try await fixture.store.watchedRepository(second.id)?.repository.watch == .branches("*"))
    },
    ConformanceCheck("a change is stored, and says when the next check is due") { database in
      let fixture = try await Fixture(database)
      let id = try await fixture.register("https://example.org/r.git").id
      typealias Change = @Sendable (inout RepositorySettings) -> Void
      let changes: [(Change, Timestamp?)] = [
        ({ @Sendable in $0.everySeconds = 5 }, at(5)), ({ @Sendable in $0.isEnabled = false }, nil),
        ({ @Sendable in $0.manifest = "stages: []" }, nil), ({ @Sendable in $0.isEnabled = true }, at(13)),
        ({ @Sendable in $0.watch = .tags("v*") }, at(14)), ({ @Sendable in $0.manifest = nil }, at(14)),
      ]
      for (index, (change, due)) in changes.enumerated() {
        let result = try await fixture.store.updateRepository(
          id, owner: fixture.user.id, at: at(10 + Int64(index)), change)
        guard case .stored(let repository) = result else {
          Issue.record("change \(index): \(String(describing: result))")
          continue
        }
        #expect(repository.nextCheckAt == due, "after change \(index)")
        var expected = RepositorySettings(repository)
        change(&expected)
        #expect(expected == RepositorySettings(repository), "change \(index) is there")
      }
      try await fixture.submit(move: RefMove(repository: id, name: "refs/tags/v1", from: nil, to: hash("1")))
      _ = try await fixture.store.updateRepository(id, owner: fixture.user.id, at: at(16)) { $0.everySeconds = 9 }
      #expect(try await fixture.store.refs(of: id, owner: fixture.user.id).count == 1)
      _ = try await fixture.store.updateRepository(id, owner: fixture.user.id, at: at(17)) { $0.watch = .tags("*") }
      #expect(try await fixture.store.refs(of: id, owner: fixture.user.id).isEmpty, "others are watched now")
      let other = try await fixture.store.ensureUser(name: "other", at: at(0)).id
      #expect(try await fixture.store.updateRepository(id, owner: other, at: at(20)) { $0.isEnabled = false } == nil)
    },
    ConformanceCheck("a removed repository takes its refs along and leaves its builds") { database in
      let fixture = try await Fixture(database)
      let id = try await fixture.register("https://example.org/r.git").id
      let build = try await fixture.submit(
        kind: .program, move: RefMove(repository: id, name: "refs/heads/main", from: nil, to: hash("1"))
      ).build
      let other = try await fixture.store.ensureUser(name: "other", at: at(0)).id
      #expect(try await fixture.store.removeRepository(id, owner: other) == false)
      #expect(try await fixture.store.removeRepository(id, owner: fixture.user.id))
      #expect(try await fixture.store.removeRepository(id, owner: fixture.user.id) == false)
      #expect(try await fixture.store.refs(of: id, owner: fixture.user.id).isEmpty)
      let left = try await fixture.store.build(build.id)
      #expect(left?.repository == nil && left?.ref == "refs/heads/main")
    },
  ]

  private static let repositoryLists: [ConformanceCheck] = [
    ConformanceCheck("repositories are listed in pages, newest first or by name") { database in
      let fixture = try await Fixture(database)
      let names = ["c", "a", "d", "b", "a"].map { "https://example.org/\($0).git" }
      for (index, name) in names.enumerated() {
        try await fixture.register(name, watch: .branches("\(index)"))
      }
      #expect(try await fixture.listed(.newest, limit: 2) == ["a4", "b3", "d2", "a1", "c0"])
      #expect(try await fixture.listed(.name, limit: 2) == ["a1", "a4", "b3", "c0", "d2"])
      #expect(try await fixture.listed(.name, limit: 2, search: "/A.G") == ["a1", "a4"])
      #expect(try await fixture.listed(.newest, limit: 200, search: "%") == [])
      let counts = try await fixture.store.repositoryCounts(owner: fixture.user.id)
      #expect(counts == (5, 0))
    },
    ConformanceCheck("a list shows each repository's newest build and ref") { database in
      let fixture = try await Fixture(database)
      let id = try await fixture.register("https://example.org/r.git").id
      let silent = try await fixture.register("https://example.org/s.git").id
      for (time, (name, commit)) in [("main", "1"), ("next", "2"), ("gone", "3")].enumerated() {
        let move = RefMove(repository: id, name: "refs/heads/\(name)", from: nil, to: hash(Character(commit)))
        try await fixture.submit(kind: .program, move: move, time: Int64(time))
      }
      try await fixture.store.record([
        RepositoryCheck(repository: id, checkedAt: at(9), nextCheckAt: at(99), deleted: ["refs/heads/gone"])
      ])
      let page = try await fixture.store.repositories(RepositoryQuery(owner: fixture.user.id, order: .name))
      #expect(page.repositories.map(\.repository.id) == [id, silent])
      #expect(page.repositories.first?.lastBuild?.number == 3)
      #expect(page.repositories.first?.lastRef?.name == "refs/heads/next")
      #expect(page.repositories.last?.lastBuild == nil && page.repositories.last?.lastRef == nil)
      #expect(try await fixture.store.repository(id, owner: fixture.user.id) == page.repositories.first)
      let refs = try await fixture.store.refs(of: id, owner: fixture.user.id)
      #expect(
        refs.map { "\($0.name) \($0.deletedAt == nil)" } == [
          "refs/heads/gone false", "refs/heads/main true", "refs/heads/next true",
        ])
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, repository: id)) == [3, 2, 1])
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, repository: silent)) == [])
    },
  ]

  private static let repositoryResults: [ConformanceCheck] = [
    ConformanceCheck("what came of checks is stored, and a next check only where there is one") { database in
      let fixture = try await Fixture(database)
      let (one, two) = (
        try await fixture.register("https://example.org/1.git").id,
        try await fixture.register("https://example.org/2.git").id
      )
      #expect(try await fixture.store.scheduledRepositories().map(\.id) == [one, two])
      _ = try await fixture.store.updateRepository(two, owner: fixture.user.id, at: at(6)) { $0.isEnabled = false }
      let failure = RepositoryCheck.State(error: "no answer", errorSince: at(7), failures: 2, notice: "n")
      try await fixture.store.record([
        RepositoryCheck(repository: one, checkedAt: at(10), nextCheckAt: at(70), state: failure),
        RepositoryCheck(repository: two, checkedAt: at(11), nextCheckAt: at(71)),
        RepositoryCheck(
          repository: RepositoryID(rawValue: 999), checkedAt: at(12), nextCheckAt: at(72),
          seen: [
            RefMove(repository: RepositoryID(rawValue: 999), name: "refs/heads/main", from: nil, to: hash("1"))
          ]),
      ])
      let failed = try await fixture.store.watchedRepository(one)?.repository
      #expect(failed.map(RepositoryCheck.State.init) == failure)
      #expect(failed?.checkedAt == at(10) && failed?.nextCheckAt == at(70))
      let disabled = try await fixture.store.watchedRepository(two)?.repository
      #expect(disabled?.checkedAt == at(11) && disabled?.nextCheckAt == nil)
      #expect(try await fixture.store.scheduledRepositories().map(\.nextCheckAt) == [at(70)])
      #expect(try await fixture.store.repositoryCounts(owner: fixture.user.id) == (2, 1))
    },
    ConformanceCheck("refs that were only seen are stored, where they stand as they were seen") { database in
      let fixture = try await Fixture(database)
      let id = try await fixture.register("https://example.org/r.git").id
      let build = try await fixture.submit(
        move: RefMove(repository: id, name: "refs/heads/old", from: nil, to: hash("1"))
      ).build
      func check(
        _ time: Int64, _ moves: [(String, Character?, Character)], deleted: [String] = [], forgotten: [String] = []
      )
        async throws -> [String]
      {
        let seen = moves.map { RefMove(repository: id, name: $0, from: $1.map(hash), to: hash($2)) }
        try await fixture.store.record([
          RepositoryCheck(
            repository: id, checkedAt: at(time), nextCheckAt: at(time + 60), seen: seen, deleted: deleted,
            forgotten: forgotten)
        ])
        return try await fixture.store.watchedRepository(id)?.refs.map {
          "\($0.name.dropFirst(11)) \($0.commit.prefix(1)) \($0.build.map { "\($0)" } ?? "-") \($0.deletedAt == nil)"
        } ?? []
      }
      let built = "\(build.id)"
      #expect(
        try await check(1, [("refs/heads/new", nil, "1"), ("refs/heads/b", nil, "2")], forgotten: ["refs/heads/old"])
          == ["b 2 - true", "new 1 \(built) true"], "the same commit has its build already")
      #expect(try await check(2, [("refs/heads/b", "7", "3")]) == ["b 2 - true", "new 1 \(built) true"])
      #expect(try await check(3, [("refs/heads/new", "1", "3")]) == ["b 2 - true", "new 3 - true"])
      #expect(try await check(4, [], deleted: ["refs/heads/b"]) == ["b 2 - false", "new 3 - true"])
      #expect(try await check(5, [("refs/heads/b", nil, "4")]) == ["b 4 - true", "new 3 - true"])
    },
  ]
}

/// A commit's hash made of one digit.
func hash(_ digit: Character) -> String { String(repeating: digit, count: 40) }

extension Registration {
  fileprivate static func sample(
    _ fixture: Fixture, _ url: String, address: String? = nil, namespace: String? = nil,
    watch: RefPattern = .defaultBranch
  ) -> Registration {
    Registration(
      owner: fixture.user.id, namespace: namespace, url: url, address: address, webhookSecret: "hook-secret",
      settings: RepositorySettings(watch: watch, everySeconds: 60))
  }
}

extension Fixture {
  @discardableResult
  func register(
    _ url: String, address: String? = nil, namespace: String? = nil, watch: RefPattern = .defaultBranch
  ) async throws -> Repository {
    let new = Registration.sample(self, url, address: address, namespace: namespace, watch: watch)
    guard case .stored(let repository) = try await store.add(new, at: at(5)) else { throw Refused() }
    return repository
  }

  /// The last letter of each address and the pattern, over all pages.
  fileprivate func listed(_ order: RepositoryQuery.Order, limit: Int, search: String? = nil) async throws -> [String] {
    var found: [String] = []
    var query = RepositoryQuery(owner: user.id, order: order, search: search, limit: limit)
    repeat {
      let page = try await store.repositories(query)
      found += page.repositories.map {
        guard case .branches(let pattern) = $0.repository.watch else { return "?" }
        return "\($0.repository.url.dropLast(4).suffix(1))\(pattern)"
      }
      query.after = page.next.flatMap { RepositoryCursor(text: $0.text) }
    } while query.after != nil
    return found
  }
}
