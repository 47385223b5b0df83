import Artifacts
import ArtifactsFile
import DatabaseSQLite
import Files
import Glibc
import ManualTime
import Model
import NixFormat
import Queue
import Store
import Testing

@testable import Scheduling

@Suite struct ArtifactTests {
  private let commit = String(repeating: "c", count: 40)

  private func content(_ world: World, _ artifact: Artifact?) async throws -> String? {
    guard let artifact, let file = try await world.artifacts.open(sha256: artifact.content.sha256) else { return nil }
    return String(decoding: try await file.read(count: 100, at: 0), as: UTF8.self)
  }

  @Test func `an artifact is stored under the folder that is valid then, and found by both`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let build = assignment.lease.build
    let subscription = world.scheduler.events(.build(build))
    let first = try await world.scheduler.storeArtifact(
      assignment.lease, job: assignment.jobs[0].id, world.upload("one", name: "early"))
    try await world.scheduler.report(assignment.lease, [.commit(commit)])
    let second = try await world.scheduler.storeArtifact(
      assignment.lease, job: assignment.jobs[1].id, world.upload("two", name: "out/late"))
    #expect(second.permissions == 0o755 && second.source == "w/out/late" && second.content.size == 3)
    for (folder, name, artifact) in [
      (commit, "early", first), ("build-\(build)", "early", first), (commit, "out/late", second),
    ] {
      let found = try await world.store.artifact(inFolder: folder, name: name, owner: world.user)
      #expect(found?.artifact == artifact)
    }
    #expect(try FileTree.names(in: world.folder.path + "/artifacts/tree").sorted() == ["build-\(build)", commit])
    var iterator = subscription.makeAsyncIterator()
    #expect(await iterator.next() == .artifact(first))
    #expect(try await content(world, second) == "two")
    await world.close()
  }

  @Test func `a second artifact of a name replaces the first, whose content goes`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let first = try await world.scheduler.storeArtifact(
      assignment.lease, job: assignment.jobs[0].id, world.upload("one"))
    let second = try await world.scheduler.storeArtifact(
      assignment.lease, job: assignment.jobs[0].id, world.upload("two"))
    try await world.scheduler.curate()
    #expect(
      try await world.store.artifacts(in: .build(assignment.lease.build), owner: world.user, limit: 100) == [second])
    #expect(try await content(world, first) == nil)
    #expect(try await content(world, second) == "two")
    let path = world.folder.path + "/artifacts/tree/build-\(assignment.lease.build)/out/tool"
    #expect(try FileTree.contents(of: path, limit: 100) == Array("two".utf8))
    await world.close()
  }

  @Test(arguments: ["", "/etc/passwd", "../x", "a/../../x", "a//b", "a\u{0}b", "."])
  func `a name that leads elsewhere is refused`(_ name: String) async throws {
    let world = try await World()
    let assignment = try await world.running()
    let upload = try world.upload("x", name: name)
    await #expect(throws: ArtifactStoreError.unsafeName(name)) {
      try await world.scheduler.storeArtifact(assignment.lease, job: assignment.jobs[0].id, upload)
    }
    await world.close()
  }

  @Test func `a file that is too large, shorter than announced, or of another build's job is refused`() async throws {
    let world = try await World { $0.artifactLimit = 5 }
    let assignment = try await world.running()
    let job = assignment.jobs[0].id
    await #expect(throws: QueueError.artifactTooLarge(name: "out/tool", limit: 5)) {
      try await world.scheduler.storeArtifact(assignment.lease, job: job, world.upload("123456"))
    }
    let short = try world.upload("1", size: 4)
    await #expect(throws: ArtifactStoreError.self) {
      try await world.scheduler.storeArtifact(assignment.lease, job: job, short)
    }
    let other = try await world.running()
    await #expect(throws: QueueError.self) {
      _ = try await world.scheduler.storeArtifact(assignment.lease, job: other.jobs[0].id, world.upload("1"))
    }
    #expect(try await world.store.user(world.user)?.artifactBytes == 0)
    await world.close()
  }

  /// Ends a build with one artifact.
  private func build(_ world: World, _ text: String, commit: String? = nil) async throws -> Artifact {
    let assignment = try await world.running()
    if let commit { try await world.scheduler.report(assignment.lease, [.commit(commit)]) }
    let artifact = try await world.scheduler.storeArtifact(
      assignment.lease, job: assignment.jobs[0].id, world.upload(text))
    try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .passed))
    return artifact
  }

  private func isKept(_ world: World, _ artifact: Artifact) async throws -> Bool {
    let stored = try await world.store.artifact(of: artifact.build, name: artifact.name, owner: world.user)
    return stored?.deletion == nil
  }

  @Test func `the oldest artifacts go first until the rest fits, pinned ones never`() async throws {
    let world = try await World { $0.artifactsKept = 25 }
    var built: [Artifact] = []
    for letter in ["a", "b", "c", "d"] { built.append(try await build(world, String(repeating: letter, count: 10))) }
    _ = try await world.scheduler.setPinned(built[0].build, true)
    let running = try await world.running()
    let live = try await world.scheduler.storeArtifact(running.lease, job: running.jobs[0].id, world.upload("e"))
    try await world.scheduler.curate()
    var kept: [Bool] = []
    for artifact in built + [live] { kept.append(try await isKept(world, artifact)) }
    #expect(kept == [true, false, false, true, true])
    #expect(try await content(world, built[1]) == nil)
    #expect(try await content(world, built[0]) != nil)
    #expect(try await world.store.user(world.user)?.artifactBytes == 21)
    #expect(world.scheduler.metrics.curatedArtifacts == 2)
    #expect(try !Path.exists(world.folder.path + "/artifacts/tree/build-\(built[1].build)"))
    await world.close()
  }

  @Test func `where nothing may be deleted curation ends`() async throws {
    let world = try await World { $0.artifactsKept = 0 }
    let artifact = try await build(world, "pinned")
    _ = try await world.scheduler.setPinned(artifact.build, true)
    try await world.scheduler.curate()
    #expect(try await isKept(world, artifact))
    await world.close()
  }

  @Test func `content stays as long as another artifact has it, and the tree shows the newest that is kept`()
    async throws
  {
    let world = try await World()
    let old = try await build(world, "same", commit: commit)
    let new = try await build(world, "same", commit: commit)
    let stored = try #require(try await world.store.artifact(of: new.build, name: "out/tool", owner: world.user))
    #expect(try await world.store.markDeleted(stored, reason: "test", at: world.clock.now))
    try await world.scheduler.curate()
    #expect(try await content(world, old) == "same")
    let path = world.folder.path + "/artifacts/tree/\(commit)/out/tool"
    #expect(try FileTree.contents(of: path, limit: 100) == Array("same".utf8))
    _ = try await world.store.setArtifactLimit(0, of: world.user)
    try await world.scheduler.curate()
    #expect(try await content(world, old) == nil)
    #expect(try !Path.exists(path))
    await world.close()
  }

  @Test func `content that nobody noted is deleted, other content and what is older than the database is not`()
    async throws
  {
    let world = try await World()
    let kept = try await build(world, "kept")
    let lost = try await world.artifacts.put(world.file("lost"), size: 4)
    let old = try await world.artifacts.put(world.file("old!"), size: 4)
    let made = try #require(try await world.store.firstUserMade())
    for (content, time) in [(lost, made.milliseconds / 1000 + 1), (old, made.milliseconds / 1000 - 1)] {
      let path = "\(world.folder.path)/artifacts/blobs/\(content.sha256.prefix(2))/\(content.sha256.dropFirst(2))"
      let times = [timespec](repeating: timespec(tv_sec: Int(time), tv_nsec: 0), count: 2)
      #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    }
    try await world.scheduler.sweepContent()
    #expect(try await content(world, kept) == "kept")
    #expect(try await world.artifacts.open(sha256: lost.sha256) == nil)
    #expect(try await world.artifacts.open(sha256: old.sha256) != nil)
    await world.close()
  }

  @Test func `content of a binary cache survives curation and the sweep until the cache lets it go`() async throws {
    let world = try await World()
    let shared = try await build(world, "shared")
    let own = try await world.artifacts.put(world.file("own"), size: 3)
    let cache = try #require(
      try await world.store.createCache(
        NewCache(name: "tools"), owner: world.user, signing: nil, at: world.clock.now))
    for (letter, content) in [("a", shared.content), ("b", own)] {
      let hash = try #require(NarHash(content.sha256))
      let path = CachePath(
        path: try #require(StorePath(hash: String(repeating: letter, count: 32), name: "x")), narHash: hash,
        narSize: 8, fileHash: hash, fileSize: content.size, compression: .zstd, references: [], deriver: nil,
        signatures: [], createdAt: world.clock.now)
      _ = try await world.store.addPath(path, to: cache.id, upload: nil)
    }
    _ = try await world.store.setArtifactLimit(0, of: world.user)
    try await world.scheduler.curate()
    try await world.scheduler.sweepContent()
    for content in [shared.content, own] {
      #expect(try await world.artifacts.open(sha256: content.sha256) != nil)
    }
    try await world.store.deleteCache(cache.id)
    try await world.scheduler.curate()
    for content in [shared.content, own] {
      #expect(try await world.artifacts.open(sha256: content.sha256) == nil)
    }
    await world.close()
  }

  @Test func `content on its way in survives the sweep`() async throws {
    let world = try await World()
    // The files have the real time, which the world's clock is ahead of.
    _ = try await world.database.write { try $0.execute("UPDATE users SET created_at = 0", []) }
    for round in 0..<40 {
      let assignment = try await world.running()
      let upload = try world.upload("round \(round)")
      async let swept: Void = world.scheduler.sweepContent()
      let artifact = try await world.scheduler.storeArtifact(
        assignment.lease, job: assignment.jobs[0].id, upload)
      try await swept
      #expect(try await content(world, artifact) == "round \(round)")
    }
    await world.close()
  }

  @Test func `content that comes after the lease has gone is not kept`() async throws {
    let world = try await World()
    let assignment = try await world.running()
    let store = world.store
    // Ended behind the scheduler's back, as where the lease goes while the bytes are copied.
    let rows = try await store.finish(
      assignment.lease.build, lease: assignment.lease.stored, status: .failed, jobs: .failed, reason: nil,
      logSizes: [:], at: world.clock.now)
    #expect(rows != nil)
    #expect(
      try await isStale {
        _ = try await world.scheduler.storeArtifact(
          assignment.lease, job: assignment.jobs[0].id, world.upload("late"))
      })
    let left = try FileTree.names(in: world.folder.path + "/artifacts/blobs")
      .flatMap { try FileTree.names(in: "\(world.folder.path)/artifacts/blobs/\($0)") }
    #expect(left == [])
    await world.close()
  }

  @Test func `content that is stored again while it is deleted is there afterwards`() async throws {
    let world = try await World { $0.artifactsKept = 0 }
    for _ in 0..<40 {
      _ = try await build(world, "again")
      let assignment = try await world.running()
      let upload = try world.upload("again")
      async let curated: Void = world.scheduler.curate()
      let artifact = try await world.scheduler.storeArtifact(
        assignment.lease, job: assignment.jobs[0].id, upload)
      try await curated
      #expect(try await content(world, artifact) == "again")
      try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .passed))
    }
    await world.close()
  }
}

/// Whether a path exists.
enum Path {
  static func exists(_ path: String) throws -> Bool { try FileTree.status(path) != nil }
}
