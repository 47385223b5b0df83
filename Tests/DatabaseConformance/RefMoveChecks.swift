import Model
import Store
import Testing

extension ConformanceCheck {
  static let refMoves: [ConformanceCheck] = [
    ConformanceCheck("a move of a ref is stored once, with its build") { database in
      let fixture = try await Fixture(database)
      let repository = try await fixture.register("https://example.org/r.git").id
      let first = RefMove(repository: repository, name: "refs/heads/main", from: nil, to: hash("1"))
      let build = try await fixture.submit(kind: .program, move: first).build
      #expect(build.repository == repository && build.ref == "refs/heads/main")
      #expect(try await fixture.refs(repository) == ["refs/heads/main \(hash("1")) \(build.id) gone: no"])
      await #expect(throws: StoreError.moved(first)) { try await fixture.submit(move: first) }
      let second = RefMove(repository: repository, name: "refs/heads/main", from: hash("1"), to: hash("2"))
      let next = try await fixture.submit(move: second).build
      #expect(next.number == 2, "the refused one took no number")
      await #expect(throws: StoreError.moved(second)) { try await fixture.submit(move: second) }
      #expect(try await fixture.refs(repository) == ["refs/heads/main \(hash("2")) \(next.id) gone: no"])
    },
    ConformanceCheck("a deleted ref comes back as a new one") { database in
      let fixture = try await Fixture(database)
      let repository = try await fixture.register("https://example.org/r.git").id
      let name = "refs/heads/main"
      try await fixture.submit(move: RefMove(repository: repository, name: name, from: nil, to: hash("1")))
      _ = try await database.write { connection in
        try connection.execute(
          "UPDATE repository_refs SET deleted_at = 7 WHERE repository = $1", [.integer(repository.rawValue)])
      }
      let stale = RefMove(repository: repository, name: name, from: hash("1"), to: hash("2"))
      await #expect(throws: StoreError.moved(stale)) { try await fixture.submit(move: stale) }
      let again = RefMove(repository: repository, name: name, from: nil, to: hash("1"))
      let build = try await fixture.submit(move: again).build
      #expect(try await fixture.refs(repository) == ["\(name) \(hash("1")) \(build.id) gone: no"])
    },
    ConformanceCheck("a move of somebody else's repository is refused") { database in
      let fixture = try await Fixture(database)
      let other = try await fixture.store.ensureUser(name: "other", at: at(0)).id
      let move = RefMove(
        repository: try await fixture.register("https://example.org/r.git").id, name: "refs/heads/main", from: nil,
        to: hash("1"))
      await #expect(throws: StoreError.moved(move)) { try await fixture.submit(owner: other, move: move) }
      _ = try await fixture.store.removeRepository(move.repository, owner: fixture.user.id)
      await #expect(throws: StoreError.moved(move), "it is gone") { try await fixture.submit(move: move) }
    },
  ]
}

extension Fixture {
  fileprivate func refs(_ repository: RepositoryID) async throws -> [String] {
    try await store.database.read { connection in
      var refs: [String] = []
      try connection.query(
        "SELECT name, commit_hash, build, deleted_at FROM repository_refs WHERE repository = $1",
        [.integer(repository.rawValue)]
      ) { row in
        let gone = row.integer(3) == nil ? "no" : "yes"
        refs.append("\(row.text(0) ?? "") \(row.text(1) ?? "") \(row.integer(2) ?? 0) gone: \(gone)")
      }
      return refs
    }
  }
}
