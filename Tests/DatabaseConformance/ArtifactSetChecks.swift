import Model
import Store
import Testing

extension Fixture {
  /// A build of `commit` with artifacts: their names, and the character that stands for their bytes.
  fileprivate func build(_ commit: String, _ files: [(name: String, bytes: Character)]) async throws -> Build {
    let (build, jobs, entry) = try await submit()
    let lease = try await claim(entry).lease
    _ = try await store.apply([.commit(commit)], under: lease)
    for file in files {
      let size = Int64(file.bytes.hexDigitValue ?? 0) * 10
      _ = try await store.putArtifact(
        sample(build.id, jobs[0].id, name: file.name, sha: file.bytes, size: size), folder: commit, under: lease)
    }
    return build
  }

  fileprivate func names(_ kind: ArtifactChangeKind, _ before: ArtifactSet, _ after: ArtifactSet) async throws
    -> [String]
  {
    try await store.changes(kind, from: before, to: after, owner: user.id, limit: 100).map(\.name)
  }
}

extension ConformanceCheck {
  static let artifactSets: [ConformanceCheck] = [
    ConformanceCheck("a set of artifacts is named by a commit, by its beginning where that is unique, or by a build") {
      database in
      let fixture = try await Fixture(database)
      let (one, two) = ("abcdef0" + String(repeating: "1", count: 33), "abcdef0" + String(repeating: "2", count: 33))
      let build = try await fixture.build(one, [])
      _ = try await fixture.build(two, [])
      _ = try await fixture.build(two + String(repeating: "3", count: 24), [])
      let other = try await fixture.store.ensureUser(name: "other", at: at(0))
      func named(_ text: String, _ owner: UserID? = nil) async throws -> ArtifactSetMatch {
        try await fixture.store.artifactSet(named: text, owner: owner ?? fixture.user.id)
      }
      #expect(try await named(one) == .one(.commit(one)))
      #expect(try await named("ABCDEF01") == .one(.commit(one)))
      #expect(try await named("abcdef0") == .several)
      #expect(try await named(two) == .one(.commit(two)))
      #expect(try await named("build-\(build.id)") == .one(.build(build.id)))
      for text in ["abcdef", "abcdef1", "", "g123456", "%", "build-", "build-99", "build-x", "abcdef0_"] {
        #expect(try await named(text) == .none, "\(text)")
      }
      #expect(try await named(one, other.id) == .none)
      #expect(try await named("build-\(build.id)", other.id) == .none)
    },
    ConformanceCheck("of a commit's artifacts each is its newest, by name and in pages") { database in
      let fixture = try await Fixture(database)
      let (store, owner) = (fixture.store, fixture.user.id)
      let commit = String(repeating: "c", count: 40)
      let old = try await fixture.build(commit, [("a", "1"), ("b", "2"), ("d", "3")])
      let new = try await fixture.build(commit, [("b", "4"), ("c", "5")])
      let all = try await store.artifacts(in: .commit(commit), owner: owner, limit: 10)
      #expect(all.map(\.name) == ["a", "b", "c", "d"])
      #expect(all.map(\.build) == [old.id, new.id, new.id, old.id])
      let page = try await store.artifacts(in: .commit(commit), owner: owner, after: "a", limit: 2)
      #expect(page.map(\.name) == ["b", "c"])
      #expect(try await store.size(of: .commit(commit), owner: owner) == .init(count: 4, bytes: 130))
      #expect(try await store.artifacts(in: .build(old.id), owner: owner, limit: 10).map(\.name) == ["a", "b", "d"])
      #expect(try await store.builds(of: .commit(commit), owner: owner).map(\.id) == [new.id, old.id])
      #expect(
        try await store.markDeleted(StoredArtifact(artifact: all[1], folder: commit), reason: "space", at: at(70)))
      let left = try await store.artifacts(in: .commit(commit), owner: owner, limit: 10)
      #expect(left.map(\.build) == [old.id, old.id, new.id, old.id])
      let other = try await store.ensureUser(name: "other", at: at(0))
      #expect(try await store.artifacts(in: .commit(commit), owner: other.id, limit: 10) == [])
      #expect(try await store.builds(of: .commit(commit), owner: other.id) == [])
    },
    ConformanceCheck("two sets of artifacts are compared by name and bytes") { database in
      let fixture = try await Fixture(database)
      let (store, owner) = (fixture.store, fixture.user.id)
      let (one, two) = (String(repeating: "1", count: 40), String(repeating: "2", count: 40))
      let first = try await fixture.build(one, [("same", "1"), ("grown", "2"), ("gone", "3"), ("moved/x", "4")])
      let second = try await fixture.build(two, [("same", "1"), ("grown", "5"), ("new", "3"), ("other/x", "4")])
      let (before, after) = (ArtifactSet.commit(one), ArtifactSet.commit(two))
      #expect(
        try await store.compare(before, after, owner: owner)
          == ArtifactComparison(
            before: .init(count: 4, bytes: 100), after: .init(count: 4, bytes: 130), added: 2, removed: 2, changed: 1,
            unchanged: 1))
      #expect(try await fixture.names(.added, before, after) == ["new", "other/x"])
      #expect(try await fixture.names(.removed, before, after) == ["gone", "moved/x"])
      let changed = try await store.changes(.changed, from: before, to: after, owner: owner, limit: 10)
      #expect(changed.map(\.name) == ["grown"])
      #expect(changed.map(\.delta) == [30])
      #expect(changed.first?.before?.build == first.id && changed.first?.after?.build == second.id)
      let page = try await store.changes(.added, from: before, to: after, owner: owner, after: "new", limit: 10)
      #expect(page.map(\.name) == ["other/x"])
      #expect(try await fixture.names(.added, .build(second.id), .build(first.id)) == ["gone", "moved/x"])
      #expect(try await store.compare(before, before, owner: owner).unchanged == 4)
    },
  ]
}
