import Concurrency
import Crypto
import ManualTime
import Model
import Queue
import Store
import Testing

@testable import Rebuilding

@Suite struct RegistryTests {
  @Test(arguments: [
    (NewRepository(owner: UserID(rawValue: 0), url: "ext::sh -c id"), "url"),
    (NewRepository(owner: UserID(rawValue: 0), url: "-x"), "url"),
    (NewRepository(owner: UserID(rawValue: 0), namespace: "a//b", url: World.url), "namespace"),
    (NewRepository(owner: UserID(rawValue: 0), namespace: "a@other", url: World.url), "namespace"),
    (NewRepository(owner: UserID(rawValue: 0), url: World.url, everySeconds: 4), "every"),
    (NewRepository(owner: UserID(rawValue: 0), url: World.url, everySeconds: .max), "every"),
    (NewRepository(owner: UserID(rawValue: 0), url: World.url, watch: .branches("")), "branch"),
    (NewRepository(owner: UserID(rawValue: 0), url: World.url, watch: .branches("a b")), "branch"),
    (NewRepository(owner: UserID(rawValue: 0), url: World.url, watch: .branches("--upload-pack=x")), "branch"),
    (NewRepository(owner: UserID(rawValue: 0), url: World.url, watch: .tags("v..*")), "tag"),
    (NewRepository(owner: UserID(rawValue: 0), url: World.url, manifest: "stages: 1"), "manifest"),
  ])
  func `what cannot be watched is refused, with the field`(_ new: NewRepository, _ field: String) async throws {
    try await World.run { world in
      var new = new
      new.owner = world.owner
      do {
        _ = try await world.rebuilder.add(new)
        Issue.record("it was taken")
      } catch RegistryError.invalid(let wrong, let reason) {
        #expect(wrong == field && !reason.isEmpty)
      }
    }
  }

  @Test func `the same repository is registered once, and a password is not shown`() async throws {
    try await World.run { world in
      let url = "https://me:letmein@example.org/r.git"
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add(url)
      #expect(repository.url == "https://me:xxxxxx@example.org/r.git")
      await #expect(throws: RegistryError.exists(repository.id)) {
        _ = try await world.rebuilder.add(
          NewRepository(owner: world.owner, url: "https://me:other@example.org/r.git"))
      }
      #expect(world.source.asked == [World.url])
      let build = try #require(world.queue.builds.withLock { $0 }.first)
      #expect(try await world.store.plan(of: build.id, owner: world.owner)?.sources.first?.url == url)
      #expect(build.trigger.data["url"] == repository.url)
    }
  }

  @Test func `others' repositories are not found`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      let other = try await world.store.ensureUser(name: "other", at: world.clock.now).id
      await #expect(throws: RegistryError.notFound(repository.id)) {
        _ = try await world.rebuilder.update(repository.id, of: other, RepositoryChange(isEnabled: false))
      }
      await #expect(throws: RegistryError.notFound(repository.id)) {
        try await world.rebuilder.remove(repository.id, of: other)
      }
      await #expect(throws: RegistryError.notFound(repository.id)) {
        _ = try await world.rebuilder.build(repository.id, of: other, ref: nil, comment: "")
      }
      await #expect(throws: RegistryError.notFound(RepositoryID(99))) {
        try await world.rebuilder.check(RepositoryID(99), cause: .request)
      }
    }
  }

  @Test func `a signed push has the repository checked, others are refused`() async throws {
    try await World.run { world in
      world.source.set(World.url, .branches("main 1"))
      let repository = try await world.add()
      let secret = try #require(try await world.store.webhookSecret(of: repository.id, owner: world.owner))
      func send(_ secret: String, _ event: String = "push", to id: RepositoryID? = nil) async throws -> WebhookAnswer {
        let body = Array("{}".utf8)
        var code = try HMACSHA256(key: Array(secret.utf8))
        code.update(body)
        let headers = [
          "x-hub-signature-256": "sha256=" + Hexadecimal.string(try code.finish()), "x-github-event": event,
        ]
        let message = SendableMessage(headers: headers, pieces: [body])
        return try await world.rebuilder.receive(message.message, for: id ?? repository.id)
      }
      world.source.set(World.url, .branches("main 2"))
      #expect(try await send("wrong") == .refused)
      #expect(try await send(secret, to: RepositoryID(99)) == .refused)
      #expect(try await send(secret, "ping") == .ping)
      #expect(try await send(secret, "issues") == .ignored)
      #expect(world.builds.count == 1)
      world.clock.advance(by: .seconds(2))
      let before = world.queue.announced.withLock { $0.count }
      #expect(try await send(secret) == .checked)
      await world.queue.announcements(before + 1)
      #expect(world.builds == ["manual main >1", "push main 1>2"])
      _ = try await world.rebuilder.update(repository.id, of: world.owner, RepositoryChange(isEnabled: false))
      #expect(try await send(secret) == .ignored)
    }
  }
}
