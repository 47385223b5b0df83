import Model
import Store
import Testing

extension ConformanceCheck {
  static let repositoryPages: [ConformanceCheck] = [
    ConformanceCheck("a badge is named by what nobody can guess, and shows the last build that has ended") { database in
      let fixture = try await Fixture(database)
      let (store, owner) = (fixture.store, fixture.user.id)
      let repository = try await fixture.register("https://example.org/r.git", watch: .branches("*"))
      let second = try await fixture.register("https://example.org/s.git")
      let name = try #require(try await store.badgeName(of: repository.id, owner: owner))
      #expect(name.hasPrefix("\(repository.id)-") && name.count == 42)
      #expect(try await store.badge(named: name, branch: nil)?.repository.id == repository.id)
      #expect(try await store.badge(named: name, branch: nil)?.build == nil)
      var builds: [Build] = []
      for (ref, ends) in [("main", true), ("dev", true), ("main", false)] {
        let move = RefMove(
          repository: repository.id, name: "refs/heads/\(ref)", from: ends ? nil : "c1", to: ends ? "c1" : "c2")
        let (build, _, entry) = try await fixture.submit(move: move)
        builds.append(build)
        guard ends else { continue }
        let lease = try await fixture.claim(entry).lease
        _ = try await store.finish(
          build.id, lease: lease, status: ref == "dev" ? .failed : .passed, jobs: .failed, reason: nil, logSizes: [:],
          at: at(60))
      }
      #expect(try await store.badge(named: name, branch: nil)?.build?.id == builds[1].id)
      #expect(try await store.badge(named: name, branch: "main")?.build?.status == .passed)
      #expect(try await store.badge(named: name, branch: "gone")?.build == nil)
      let swapped = "\(second.id)" + name.drop { $0 != "-" }
      for wrong in [
        swapped, String(name.dropLast()), name + "0", "\(repository.id)-", "", "x", "99-" + name.dropFirst(2),
      ] {
        #expect(try await store.badge(named: wrong, branch: nil) == nil, "\(wrong)")
      }
      let other = try await store.ensureUser(name: "other", at: at(0)).id
      #expect(try await store.badgeName(of: repository.id, owner: other) == nil)
      var query = RepositoryQuery(owner: owner)
      query.status = .queued
      #expect(try await store.repositories(query).repositories.map(\.repository.id) == [repository.id])
      query.status = .failed
      #expect(try await store.repositories(query).repositories.isEmpty)
    },
    ConformanceCheck("the build before is of the same ref, and has artifacts") { database in
      let fixture = try await Fixture(database)
      let store = fixture.store
      let repository = try await fixture.register("https://example.org/r.git", watch: .branches("*"))
      var builds: [Build] = []
      for (index, (ref, keeps)) in [("main", true), ("dev", true), ("main", false), ("main", true)].enumerated() {
        let isFirst = !builds.contains { $0.ref == "refs/heads/\(ref)" }
        let before = builds.indices.last { builds[$0].ref == "refs/heads/\(ref)" }
        let move = RefMove(
          repository: repository.id, name: "refs/heads/\(ref)", from: isFirst ? nil : "c\(before ?? 0)", to: "c\(index)"
        )
        let (build, jobs, entry) = try await fixture.submit(move: move)
        builds.append(build)
        let lease = try await fixture.claim(entry).lease
        if keeps { _ = try await store.putArtifact(sample(build.id, jobs[0].id), folder: "c\(index)", under: lease) }
      }
      #expect(try await store.previousBuild(of: builds[3])?.id == builds[0].id)
      #expect(try await store.previousBuild(of: builds[1]) == nil)
      let (lone, _, _) = try await fixture.submit()
      #expect(try await store.previousBuild(of: lone) == nil)
    },
  ]
}
