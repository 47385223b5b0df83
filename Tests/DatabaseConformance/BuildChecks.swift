import Model
import Store
import Testing

extension ConformanceCheck {
  static let builds: [ConformanceCheck] = [
    ConformanceCheck("a submitted build is read back as it was") { database in
      let fixture = try await Fixture(database)
      let data = ["branch": "main", "odd\tkey": "two\nlines\\"]
      let (build, jobs, entry) = try await fixture.submit(
        namespace: "project/child", comment: "first", tags: ["a", "b"], data: data, time: 5)
      #expect(build.number == 1 && build.status == .queued && build.namespace == "project/child")
      #expect(build.trigger == Trigger(type: .api, comment: "first", data: data))
      #expect(build.tags == ["a", "b"] && build.createdAt == at(5) && build.attempt == 0 && !build.pinned)
      #expect(try await fixture.store.build(build.id, owner: fixture.user.id) == build)
      #expect(jobs.map(\.name) == ["create-driver", "build", "test"])
      #expect(jobs.map(\.stage) == ["setup", "make", "make"] && jobs.map(\.position) == [0, 1, 2])
      #expect(try await fixture.store.jobs(of: build.id, owner: fixture.user.id) == jobs)
      let both = try #require(try await fixture.store.buildWithJobs(build.id, owner: fixture.user.id))
      #expect(both.build == build && both.jobs == jobs)
      #expect(try await fixture.store.job(jobs[1].id, owner: fixture.user.id) == JobOfBuild(job: jobs[1], build: build))
      #expect(try await fixture.store.manifest(of: build.id, owner: fixture.user.id) == "driver: {type: host}\n")
      #expect(try await fixture.store.plan(of: build.id, owner: fixture.user.id) == Fixture.plan())
      #expect(entry.needs == AgentRequirement(driver: "host") && entry.namespace.map { .namespace($0) } == entry.line)
      #expect(try await fixture.store.namespaces(owner: fixture.user.id).map(\.path) == ["project/child"])
    },
    ConformanceCheck("numbers count the owner's own builds") { database in
      let fixture = try await Fixture(database)
      let other = try await fixture.store.ensureUser(name: "other", at: at(0))
      try await fixture.submit()
      try await fixture.submit(owner: other.id)
      let last = try await fixture.submit()
      #expect(last.build.number == 2)
      #expect(try await fixture.ids(BuildQuery(owner: other.id)) == [1])
    },
    ConformanceCheck("what is somebody else's is not there") { database in
      let fixture = try await Fixture(database)
      let other = try await fixture.store.ensureUser(name: "other", at: at(0)).id
      let (build, jobs, _) = try await fixture.submit()
      #expect(try await fixture.store.build(build.id, owner: other) == nil)
      #expect(try await fixture.store.buildWithJobs(build.id, owner: other) == nil)
      #expect(try await fixture.store.jobs(of: build.id, owner: other) == [])
      #expect(try await fixture.store.job(jobs[0].id, owner: other) == nil)
      #expect(try await fixture.store.manifest(of: build.id, owner: other) == nil)
      #expect(try await fixture.store.plan(of: build.id, owner: other) == nil)
      #expect(try await fixture.store.artifacts(in: .build(build.id), owner: other, limit: 100) == [])
    },
    ConformanceCheck("a build of an unknown user is refused") { database in
      let fixture = try await Fixture(database)
      await #expect(throws: StoreError.missing(table: "users", id: 77)) {
        try await fixture.submit(owner: UserID(rawValue: 77))
      }
    },
    ConformanceCheck("lists newest first, in pages, with filters") { database in
      let fixture = try await Fixture(database)
      for number in 1...7 {
        try await fixture.submit(
          namespace: number == 2 ? "n" : nil, kind: number > 5 ? .nix : .pipeline, tags: number % 2 == 1 ? ["odd"] : [])
      }
      let owner = fixture.user.id
      let first = try await fixture.store.builds(BuildQuery(owner: owner, limit: 3))
      #expect(first.builds.map(\.number) == [7, 6, 5])
      #expect(first.builds.first?.tags == ["odd"])
      let second = try await fixture.store.builds(BuildQuery(owner: owner, before: first.next, limit: 4))
      #expect(second.builds.map(\.number) == [4, 3, 2, 1] && second.next == nil)
      #expect(try await fixture.ids(BuildQuery(owner: owner, tag: "odd")) == [7, 5, 3, 1])
      #expect(try await fixture.ids(BuildQuery(owner: owner, tag: "ODD")) == [])
      #expect(try await fixture.ids(BuildQuery(owner: owner, kind: .nix)) == [7, 6])
      #expect(try await fixture.ids(BuildQuery(owner: owner, kind: .nix, tag: "odd")) == [7])
      #expect(try await fixture.ids(BuildQuery(owner: owner, namespace: "n")) == [2])
      #expect(try await fixture.ids(BuildQuery(owner: owner, namespace: "none")) == [])
      #expect(try await fixture.ids(BuildQuery(owner: owner, status: .running)) == [])
      #expect(try await fixture.ids(BuildQuery(owner: owner, status: .queued, limit: 0)) == [7])
      #expect(try await fixture.store.buildCounts() == [.queued: 7])
    },
    ConformanceCheck("search finds comment, namespace, number, tags, commit and sources, in any case") { database in
      let fixture = try await Fixture(database)
      let (_, _, entry) = try await fixture.submit(
        namespace: "Team/App", comment: "Fix 100% of it_all", tags: ["Nightly"],
        sources: [
          "https://user:pa55@example.org/Tool.git", "https://t0ken@example.org/b", "ssh://me:pa66@example.org/c",
          "ssh://git@example.org/d?x@y",
        ])
      try await fixture.submit(comment: "another")
      let claimed = try await fixture.claim(entry)
      let hash = "00ff" + String(repeating: "a", count: 36)
      _ = try await fixture.store.apply([.commit(hash)], under: claimed.lease)
      for text in [
        "fix", "100%", "it_a", "team/APP", "#1", "nightly", "00FFaa", "https://example.org/tool", "//git@example",
      ] {
        #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, search: text)) == [1], "\(text)")
      }
      for text in ["1%o", "itxall", "\\", "nothing", "pa55", "t0ken", "pa66"] {
        #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, search: text)) == [], "\(text)")
      }
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, search: "")) == [2, 1])
    },
    ConformanceCheck("tags are added after the others, once, and removed") { database in
      let fixture = try await Fixture(database)
      let (build, _, _) = try await fixture.submit(tags: ["a"])
      #expect(try await fixture.store.addTags(build.id, ["b", "a", "c\nd"])?.tags == ["a", "b", "c\nd"])
      #expect(try await fixture.store.removeTag(build.id, "a")?.tags == ["b", "c\nd"])
      #expect(try await fixture.store.removeTag(build.id, "a")?.tags == ["b", "c\nd"])
      #expect(try await fixture.store.build(build.id)?.tags == ["b", "c\nd"])
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, tag: "c\nd")) == [1])
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, tag: "a")) == [])
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, search: "c\nd")) == [1])
      #expect(try await fixture.store.setPinned(build.id, true)?.pinned == true)
      #expect(try await fixture.store.setPinned(build.id, false)?.pinned == false)
      #expect(try await fixture.store.addTags(BuildID(rawValue: 99), ["x"]) == nil)
      #expect(try await fixture.store.setPinned(BuildID(rawValue: 99), true) == nil)
    },
  ]
}
