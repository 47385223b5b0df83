import Model
import Store
import Testing

extension Fixture {
  func serviceBuild(_ service: ServiceRecord, tag: String = "v1", time: Int64 = 0) async throws -> (
    build: Build, jobs: [Job], entry: QueuedBuild
  ) {
    try await store.submit(
      Submission(
        owner: user.id, kind: .service, manifest: "", plan: Self.plan(), trigger: Trigger(type: .api),
        service: ServiceBuild(service: service.id, name: service.name, revision: 1, tag: tag)), at: at(time))
  }
}

extension ConformanceCheck {
  static let serviceBuilds: [ConformanceCheck] = [
    ConformanceCheck("a build knows what service it is of, and what of it is on the forge") { database in
      let fixture = try await Fixture(database)
      let service = try await fixture.service()
      let made = try await fixture.serviceBuild(service)
      #expect(made.build.service?.tag == "v1" && made.build.service?.progress == ServiceProgress())
      let claimed = try await fixture.claim(made.entry)
      let request = MergeRequest(iid: 7, url: "https://gitlab.com/a/b/-/merge_requests/7")
      let progress = ServiceProgress(commit: String(repeating: "a", count: 40), mergeRequest: request)
      let rows = try await fixture.store.apply([.service(progress)], under: claimed.lease)
      #expect(rows?.build?.service?.progress == progress)
      #expect(try await fixture.store.build(made.build.id)?.service?.progress.mergeRequest == request)
      let other = try await fixture.submit()
      let otherClaim = try await fixture.claim(other.entry)
      await #expect(throws: StoreError.self) {
        try await fixture.store.apply([.service(progress)], under: otherClaim.lease)
      }
    },
    ConformanceCheck("builds are listed by their service") { database in
      let fixture = try await Fixture(database)
      let (shop, other) = (try await fixture.service(), try await fixture.service("other"))
      _ = try await fixture.serviceBuild(shop)
      _ = try await fixture.serviceBuild(other)
      try await fixture.submit()
      _ = try await fixture.serviceBuild(shop, tag: "v2")
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, service: shop.id)) == [4, 1])
      #expect(try await fixture.store.service(shop.id, owner: fixture.user.id)?.name == "shop")
      let stranger = try await fixture.store.ensureUser(name: "other", at: at(0))
      #expect(try await fixture.store.service(shop.id, owner: stranger.id) == nil)
    },
    ConformanceCheck("a service goes with its builds that have ended, and what they have stored is garbage") {
      database in
      let fixture = try await Fixture(database)
      let (store, owner) = (fixture.store, fixture.user.id)
      let service = try await fixture.service()
      let (ended, waiting) = (try await fixture.serviceBuild(service), try await fixture.serviceBuild(service))
      let claimed = try await fixture.claim(ended.entry)
      let content = ContentDigest(sha256: "aa", md5: "bb", size: 5)
      let artifact = Artifact(
        id: ArtifactID(rawValue: 0), build: ended.build.id, job: ended.jobs[1].id, name: "shop-v1.tar.zst", source: "s",
        content: content, permissions: 0o644, createdAt: at(20))
      _ = try await store.putArtifact(artifact, folder: "build-1", under: claimed.lease)
      _ = try await store.finish(
        ended.build.id, lease: claimed.lease, status: .passed, jobs: .passed, reason: nil, logSizes: [:], at: at(30))
      #expect(try await store.unfinishedBuilds(of: service.id) == [waiting.build.id])
      let month = try await store.serviceBuildCounts(owner: owner, at: at(40))
      #expect(month == [service.id: ServiceBuildCount(lastMonth: 2, total: 2)])
      let later = try await store.serviceBuildCounts(owner: owner, at: at(31 * 86_400_000))
      #expect(later == [service.id: ServiceBuildCount(lastMonth: 0, total: 2)])
      #expect(try await store.deleteService(service.id))
      #expect(try await store.build(ended.build.id) == nil)
      #expect(try await store.garbage().map(\.sha256) == ["aa"])
      #expect(try await store.artifactExcesses(limit: 0).isEmpty)
      #expect(try await store.build(waiting.build.id)?.service?.name == "shop")
    },
    ConformanceCheck("a build configuration is sealed, changed as a whole, and goes with its service") { database in
      let fixture = try await Fixture(database)
      let (store, owner) = (fixture.store, fixture.user.id)
      let service = try await fixture.service()
      #expect(try await store.buildConfiguration(of: service.id) == BuildConfiguration())
      let saved = try await store.changeBuildConfiguration(of: service.id, owner: owner, at: at(1)) { present in
        var changed = present
        changed[.gitlabToken] = "glpat-secret"
        return changed
      }
      #expect(saved[.gitlabToken] == "glpat-secret" && saved.missing.count == 6)
      let again = try await store.changeBuildConfiguration(of: service.id, owner: owner, at: at(2)) { present in
        var changed = present
        changed[.project] = "42"
        return changed
      }
      #expect(again[.gitlabToken] == "glpat-secret" && again[.project] == "42")
      #expect(try await store.buildConfiguration(of: service.id) == again)
      let stored = try await database.read { connection in
        var bytes: [UInt8] = []
        try connection.query("SELECT configuration FROM build_configurations", []) { bytes = $0.bytes(0) ?? [] }
        return String(decoding: bytes, as: UTF8.self)
      }
      #expect(!stored.isEmpty && !stored.contains("glpat-secret"))
      #expect(try await store.deleteService(service.id))
      #expect(try await store.buildConfiguration(of: service.id) == BuildConfiguration())
    },
  ]
}
