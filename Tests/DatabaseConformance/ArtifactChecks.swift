import Model
import Store
import Testing

/// An artifact of a build.
func sample(
  _ build: BuildID, _ job: JobID, name: String = "out/tool", sha: Character = "a", size: Int64 = 100
) -> Artifact {
  Artifact(
    id: ArtifactID(rawValue: 0), build: build, job: job, name: name, source: "w/" + name,
    content: ContentDigest(
      sha256: String(repeating: sha, count: 64), md5: String(repeating: sha, count: 32), size: size),
    permissions: 0o755, createdAt: at(50))
}

extension Fixture {
  func served(_ folder: String) async throws -> Artifact? {
    try await store.artifact(inFolder: folder, name: "out/tool", owner: user.id)?.artifact
  }
}

extension ConformanceCheck {
  static let artifacts: [ConformanceCheck] = [
    ConformanceCheck("an artifact is found by build and by commit, and a second of its name replaces it") { database in
      let fixture = try await Fixture(database)
      let (build, jobs, entry) = try await fixture.submit()
      let lease = try await fixture.claim(entry).lease
      let owner = fixture.user.id
      let first = try #require(
        try await fixture.store.putArtifact(sample(build.id, jobs[1].id), folder: "build-1", under: lease))
      #expect(first.replaced == nil)
      let commit = String(repeating: "c", count: 40)
      _ = try await fixture.store.apply([.commit(commit)], under: lease)
      let second = try #require(
        try await fixture.store.putArtifact(
          sample(build.id, jobs[2].id, sha: "b", size: 70), folder: commit, under: lease))
      #expect(second.replaced?.artifact == first.stored && second.replaced?.folder == "build-1")
      #expect(second.stored.id == first.stored.id)
      #expect(try await fixture.store.garbage().map(\.sha256) == [first.stored.content.sha256])
      #expect(try await fixture.store.artifacts(in: .build(build.id), owner: owner, limit: 100) == [second.stored])
      let found = try await fixture.store.artifact(of: build.id, name: "out/tool", owner: owner)
      #expect(found?.artifact == second.stored && found?.deletion == nil && found?.folder == commit)
      for folder in [commit, "build-\(build.id)"] {
        #expect(try await fixture.store.artifact(inFolder: folder, name: "out/tool", owner: owner) == found)
        #expect(try await fixture.store.artifact(inFolder: folder, name: "other", owner: owner) == nil)
      }
      #expect(try await fixture.store.user(owner)?.artifactBytes == 70)
    },
    ConformanceCheck("of two builds of a commit the newest that kept the artifact is served") { database in
      let fixture = try await Fixture(database)
      let commit = String(repeating: "d", count: 40)
      var stored: [Artifact] = []
      for sha in ["1", "2"] as [Character] {
        let (build, jobs, entry) = try await fixture.submit()
        let lease = try await fixture.claim(entry).lease
        _ = try await fixture.store.apply([.commit(commit)], under: lease)
        let put = try await fixture.store.putArtifact(
          sample(build.id, jobs[0].id, sha: sha), folder: commit, under: lease)
        stored.append(try #require(put).stored)
      }
      #expect(try await fixture.served(commit) == stored[1])
      #expect(
        try await fixture.store.markDeleted(
          StoredArtifact(artifact: stored[1], folder: commit), reason: "space", at: at(70)))
      #expect(try await fixture.served(commit) == stored[0])
      #expect(try await fixture.store.newestArtifact(inFolder: commit, name: "out/tool") == stored[0])
      #expect(
        try await fixture.store.markDeleted(
          StoredArtifact(artifact: stored[0], folder: commit), reason: "space", at: at(70)))
      let gone = try await fixture.store.artifact(inFolder: commit, name: "out/tool", owner: fixture.user.id)
      #expect(gone?.deletion == ArtifactDeletion(at: at(70), reason: "space"))
    },
    ConformanceCheck("curation sees who has too much, oldest first, without pinned and running builds") { database in
      let fixture = try await Fixture(database)
      let store = fixture.store
      var builds: [Build] = []
      for number in 0..<3 {
        let (build, jobs, entry) = try await fixture.submit()
        let lease = try await fixture.claim(entry).lease
        _ = try await store.putArtifact(sample(build.id, jobs[0].id, sha: "e"), folder: "f", under: lease)
        builds.append(build)
        if number == 2 { continue }
        _ = try await store.finish(
          build.id, lease: lease, status: .passed, jobs: .failed, reason: nil, logSizes: [:], at: at(60))
      }
      let owner = fixture.user.id
      #expect(try await store.artifactExcesses(limit: 300) == [])
      #expect(try await store.artifactExcesses(limit: 250) == [ArtifactExcess(owner: owner, bytes: 50)])
      #expect(try await store.setArtifactLimit(1000, of: owner))
      #expect(try await store.artifactExcesses(limit: 0) == [])
      #expect(try await store.setArtifactLimit(10, of: owner))
      #expect(try await store.artifactExcesses(limit: 1000) == [ArtifactExcess(owner: owner, bytes: 290)])
      let oldest = try await store.oldestArtifacts(owner: owner)
      #expect(oldest.map(\.artifact.build) == [builds[0].id, builds[1].id])
      _ = try await store.setPinned(builds[0].id, true)
      #expect(try await store.oldestArtifacts(owner: owner).map(\.artifact.build) == [builds[1].id])
      #expect(try await !store.markDeleted(oldest[0], reason: "r", at: at(80)))
      #expect(try await store.markDeleted(oldest[1], reason: "r", at: at(80)))
      #expect(try await !store.markDeleted(oldest[1], reason: "r", at: at(80)))
      #expect(try await store.user(owner)?.artifactBytes == 200)
      let garbage = try await store.garbage()
      #expect(garbage.map(\.sha256) == [String(repeating: "e", count: 64)] && garbage.map(\.folder) == ["f"])
      for row in garbage { try await store.removeGarbage(row.id) }
      #expect(try await store.garbage() == [])
      #expect(try await store.isReferenced(sha256: String(repeating: "e", count: 64)))
      #expect(try await !store.isReferenced(sha256: String(repeating: "9", count: 64)))
    },
  ]
}
