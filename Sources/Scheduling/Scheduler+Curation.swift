internal import Queue
internal import Artifacts
internal import Concurrency
internal import Lifecycle
internal import Model
internal import Store

extension Scheduler {
  /// Curates every minute, and after builds that have stored artifacts.
  func runCuration() async throws {
    var next = clock.uptime
    var isSwept = false
    while !Task.isCancelled {
      do {
        if next <= clock.uptime { _ = try await store.removeExpiredSessions(at: clock.now) }
        try await curate()
        if !isSwept { try await sweepContent() }
        isSwept = true
      } catch {
        log.error("curation failed", ["error": "\(error)"])
      }
      if next <= clock.uptime { next = clock.uptime + configuration.curationInterval }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.curationWanted.wait() }
        group.addTask { [next] in try? await self.clock.sleep(until: next) }
        await group.next()
        group.cancelAll()
      }
    }
  }

  /// Has garbage removed soon.
  public func wantCuration() { curationWanted.signal() }

  /// Deletes the oldest artifacts of each user who has too many, until the rest fits, and the content that nothing
  /// refers to any more.
  func curate() async throws {
    for excess in try await store.artifactExcesses(limit: configuration.artifactsKept) {
      try await curate(excess)
    }
    try await collectGarbage()
  }

  private func curate(_ excess: ArtifactExcess) async throws {
    var left = excess.bytes
    while left > 0 {
      let batch = try await store.oldestArtifacts(owner: excess.owner)
      var deleted = 0
      for stored in batch where left > 0 {
        let reason = "deleted to keep the owner's artifacts within their limit"
        guard try await store.markDeleted(stored, reason: reason, at: clock.now) else { continue }
        left -= stored.artifact.content.size
        deleted += 1
      }
      state.withLock { $0.metrics.curatedArtifacts += Int64(deleted) }
      // Where the rest is pinned or running, nothing more can be done.
      if deleted == 0 { return }
      log.info("artifacts deleted", ["user": "\(excess.owner)", "count": "\(deleted)"])
    }
  }

  private func collectGarbage() async throws {
    while true {
      let batch = try await store.garbage()
      if batch.isEmpty { return }
      for garbage in batch { try await remove(garbage) }
    }
  }

  /// Takes away the name and the bytes, unless something else has them.
  private func remove(_ garbage: Garbage) async throws {
    if !garbage.folder.isEmpty { try await showNewest(folder: garbage.folder, name: garbage.name) }
    try await contentTurns.withTurn(of: garbage.sha256) { try await deleteUnreferenced(garbage.sha256) }
    try await store.removeGarbage(garbage.id)
  }

  /// Makes the tree show the newest kept artifact of a place, or nothing where there is none.
  func showNewest(folder: String, name: String) async throws {
    try await placeTurns.withTurn(of: "\(folder)/\(name)") {
      if let newest = try await store.newestArtifact(inFolder: folder, name: name) {
        try await artifacts.link(sha256: newest.content.sha256, folder: folder, name: name)
      } else {
        try await artifacts.unlink(folder: folder, name: name)
      }
    }
  }

  /// Deletes content unless an artifact refers to it, in the content's turn.
  func deleteUnreferenced(_ sha256: String) async throws {
    guard try await !store.isReferenced(sha256: sha256) else { return }
    try await artifacts.delete(sha256: sha256)
  }

  /// Deletes content that an earlier server has stored and died before it could note whose it is. Content that is on
  /// its way in is safe: whoever puts it looks in its turn whether it is still there.
  ///
  /// Content from before the database was made is left alone: it is another one's, as where somebody begins anew over
  /// artifacts that are to be kept.
  func sweepContent() async throws {
    guard let oldest = try await store.firstUserMade() else { return }
    var count = 0
    for shard in 0..<256 {
      let prefix = (shard < 16 ? "0" : "") + String(shard, radix: 16)
      let hashes = try await artifacts.hashes(beginningWith: prefix, since: oldest)
      for hash in try await store.unreferenced(hashes) {
        try await contentTurns.withTurn(of: hash) { try await deleteUnreferenced(hash) }
        count += 1
      }
    }
    if count > 0 { log.info("content of no artifact deleted", ["count": "\(count)"]) }
  }
}
