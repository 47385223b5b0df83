import Concurrency
import Git
import ManualTime
import Model
import Queue
import Store
import Testing

@testable import Rebuilding

@Suite struct RebuilderTests {
  @Test func `a repository is built at once, and then once for each move`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      #expect(world.builds == ["manual main >1"])
      try await world.check(repository)
      world.source.set(World.url, .branches("main 2"))
      try await world.check(repository)
      try await world.check(repository)
      world.source.set(World.url, .branches("main 3"))
      try await world.check(repository, cause: .webhook)
      #expect(world.builds == ["manual main >1", "rebuild main 1>2", "push main 2>3"])
      let build = try #require(world.queue.builds.withLock { $0 }.last)
      #expect(build.kind == .program && build.repository == repository.id)
      #expect(build.trigger.comment == "main moved from 22222222 to 33333333")
      #expect(build.trigger.data["url"] == World.url && build.trigger.data["repository"] == "\(repository.id)")
      let plan = try await world.store.plan(of: build.id, owner: world.owner)
      #expect(plan?.sources.first?.reference == commitHash("3"), "the commit is built, not the branch")
    }
  }

  @Test func `a repository is checked by itself when it is due`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      _ = try await world.add()
      world.source.set(World.url, .branches("main 2"))
      while world.builds.count < 2 {
        world.clock.advance(by: .seconds(5))
        await Task.yield()
      }
      #expect(world.builds == ["manual main >1", "rebuild main 1>2"])
      #expect(world.clock.uptime >= .seconds(54))
    }
  }

  @Test func `a branch that is deleted is said, and built when it comes back`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add(watch: .branches("main"))
      world.source.set(World.url, .branches("other 5"))
      try await world.check(repository)
      var watched = try await world.stored(repository)
      #expect(watched?.refs.first?.deletedAt != nil)
      #expect(watched?.repository.notice == "main was deleted; it is built again when it comes back.")
      try await world.check(repository)
      #expect(try await world.stored(repository)?.repository.notice == watched?.repository.notice)
      world.source.set(World.url, .branches("main 1"))
      try await world.check(repository)
      #expect(world.builds == ["manual main >1", "rebuild main 1>1"])
      watched = try await world.stored(repository)
      #expect(watched?.refs.first?.deletedAt == nil && watched?.repository.notice == nil)
    }
  }

  @Test func `a repository that cannot be reached says why and since when, and recovers`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      world.source.fail(World.url, GitFailure(.unreachable, "the host is gone"))
      try await world.check(repository)
      let since = world.clock.now
      world.clock.advance(by: .seconds(3600))
      try await world.check(repository)
      let failed = try #require(try await world.stored(repository)?.repository)
      #expect(failed.error == "the host is gone" && failed.errorSince == since && failed.failures >= 2)
      #expect(try #require(failed.nextCheckAt) > world.clock.now)
      #expect(world.rebuilder.metrics.silentHosts == 1)
      world.source.fail(World.url, nil)
      world.source.set(World.url, .branches("main 2"))
      try await world.check(repository)
      let well = try #require(try await world.stored(repository)?.repository)
      #expect(well.error == nil && well.errorSince == nil && well.failures == 0)
      #expect(world.builds.last == "rebuild main 1>2")
      #expect(world.rebuilder.metrics.silentHosts == 0)
    }
  }

  @Test func `what is cut off before it is stored is found again, and built once`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      world.source.set(World.url, .branches("main 2"))
      world.queue.failures.withLock { $0 = [QueueError.noSpace("no")] }
      try await world.rebuilder.check(repository.id, cause: .request)
      while !world.queue.failures.withLock({ $0.isEmpty }) { await Task.yield() }
      #expect(world.builds.count == 1)
      let next = world.restarted
      try await next.running { try await next.check(repository) }
      let after = next.restarted
      try await after.running { try await after.check(repository) }
      #expect(next.builds == ["rebuild main 1>2"] && after.builds.isEmpty)
    }
  }

  @Test func `two servers that see the same move queue one build`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      let other = world.restarted
      try await other.running {
        world.source.set(World.url, .branches("main 2"))
        world.source.hold()
        try await world.rebuilder.check(repository.id, cause: .request)
        try await other.rebuilder.check(repository.id, cause: .request)
        while world.source.waiting < 2 { await Task.yield() }
        let (one, two) = (world.queue.announced.withLock { $0.count }, other.queue.announced.withLock { $0.count })
        world.source.letGo()
        await world.queue.announcements(one + 1)
        await other.queue.announcements(two + 1)
      }
      #expect(world.builds.count + other.builds.count == 2, "the first one and one for the move")
    }
  }

  @Test func `a build that somebody wants counts as the move's`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      let again = try await world.rebuilder.build(repository.id, of: world.owner, ref: nil, comment: "once more")
      #expect(again.trigger.comment == "once more" && again.ref == "refs/heads/main")
      world.source.set(World.url, .branches("main 2"))
      _ = try await world.rebuilder.build(repository.id, of: world.owner, ref: "main", comment: "")
      try await world.check(repository)
      #expect(world.builds == ["manual main >1", "manual main 1>1", "manual main 1>2"])
      #expect(try await world.stored(repository)?.refs.first?.build == world.queue.builds.withLock { $0 }.last?.id)
    }
  }

  private static let choices: [(RefPattern, String?, String?)] = [
    (.branches("*"), nil, "refs/heads/main"), (.branches("*"), "next", "refs/heads/next"),
    (.branches("*"), "refs/heads/next", "refs/heads/next"), (.branches("n*"), nil, "refs/heads/next"),
    (.branches("n*"), "main", nil), (.branches("x*"), nil, nil), (.defaultBranch, "next", nil),
    (.defaultBranch, "main", "refs/heads/main"), (.tags("v*"), nil, nil), (.tags("v*"), "v2", "refs/tags/v2"),
  ]

  @Test(arguments: choices)
  func `knows which ref is meant`(_ watch: RefPattern, _ name: String?, _ ref: String?) throws {
    var refs = GitRefs.branches("main 1", "next 2")
    refs.commits["refs/tags/v1"] = commitHash("3")
    refs.commits["refs/tags/v2"] = commitHash("4")
    let choice = RefChoice(watch: watch, known: [], remote: refs)
    if let ref {
      #expect(try choice.move(name).name == ref)
    } else {
      #expect(throws: RegistryError.self) { try choice.move(name) }
    }
  }

  @Test func `a repository that is not checked rests, and is checked at once when it is again`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      _ = try await world.rebuilder.update(repository.id, of: world.owner, RepositoryChange(isEnabled: false))
      world.source.set(World.url, .branches("main 2"))
      await #expect(throws: RegistryError.self) { try await world.rebuilder.check(repository.id, cause: .request) }
      let before = world.queue.announced.withLock { $0.count }
      _ = try await world.rebuilder.update(repository.id, of: world.owner, RepositoryChange(isEnabled: true))
      await world.queue.announcements(before + 2)
      #expect(world.builds == ["manual main >1", "rebuild main 1>2"])
      _ = try await world.rebuilder.update(
        repository.id, of: world.owner, RepositoryChange(watch: .branches("next")))
      await world.queue.announcements(before + 4)
      #expect(try await world.stored(repository)?.refs.isEmpty == true)
    }
  }

  @Test func `a removed repository queues nothing, also in the middle of a check`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      world.source.set(World.url, .branches("main 2"))
      world.source.hold()
      try await world.rebuilder.check(repository.id, cause: .request)
      while world.source.waiting < 1 { await Task.yield() }
      let before = world.queue.announced.withLock { $0.count }
      try await world.rebuilder.remove(repository.id, of: world.owner)
      world.source.letGo()
      await world.queue.announcements(before + 2)
      #expect(world.builds == ["manual main >1"])
      await #expect(throws: RegistryError.notFound(repository.id)) {
        try await world.rebuilder.remove(repository.id, of: world.owner)
      }
      #expect(world.rebuilder.metrics.repositories == 0 && world.rebuilder.metrics.running == 0)
    }
  }

  @Test func `checks that change nothing are stored together`() async throws {
    try await World.run { world in
      var repositories: [Repository] = []
      for number in 0..<20 {
        let url = "https://example.org/\(number).git"
        world.source.set(url, .branches("main 1"))
        repositories.append(try await world.add(url))
      }
      let asked = world.source.asked.count
      while world.source.asked.count < asked + 20 {
        world.clock.advance(by: .seconds(1))
        await Task.yield()
      }
      for repository in repositories {
        // What is announced may be of the first check still, so what is stored decides.
        let due = repository.createdAt + .seconds(50)
        while try await (world.stored(repository)?.repository.checkedAt).map({ $0 <= due }) ?? true {
          world.clock.advance(by: .seconds(1))
          await Task.yield()
        }
        let checked = try #require(try await world.stored(repository)?.repository)
        #expect(try #require(checked.nextCheckAt) > #require(checked.checkedAt) + .seconds(50))
      }
      #expect(world.builds.count == 20)
    }
  }
}
