internal import Concurrency
internal import Lifecycle
internal import Model
public import Store

extension NixCache {
  /// How many paths one transaction deletes: others get their turn between two.
  private static let batch = 500

  /// Deletes paths to make room.
  public func collect(_ cache: BinaryCache, _ request: CollectionRequest) async throws -> CacheCollection {
    let selection = GarbageSelection(try await store.collectablePaths(of: cache.id))
    let garbage = selection.garbage(request, at: now)
    if request.isDryRun { return try await store.deletePaths(garbage, of: cache.id, dryRun: true) }
    var collected = CacheCollection()
    for start in stride(from: 0, to: garbage.count, by: Self.batch) {
      let ids = Array(garbage[start..<min(start + Self.batch, garbage.count)])
      let part = try await store.deletePaths(ids, of: cache.id)
      directory.forget(part.hashes, in: cache.id)
      collected.hashes += part.hashes
      collected.freedBytes += part.freedBytes
    }
    if !collected.hashes.isEmpty {
      dependencies.contentFreed()
      dependencies.log.info(
        "paths collected",
        ["cache": cache.name, "paths": "\(collected.hashes.count)", "bytes": "\(collected.freedBytes)"])
    }
    return collected
  }

  /// Writes down what was counted every 20 seconds, and every hour ends uploads that nobody goes on with and collects
  /// caches that have limits.
  func runUpkeep() async throws {
    defer { dependencies.log.debug("caches' upkeep ended") }
    var round = 0
    while !Task.isCancelled {
      if round % 180 == 0 { await tidy() }
      round += 1
      try? await Task.sleep(for: .seconds(20))
      await writeDown()
    }
  }

  private func tidy() async {
    do {
      let oldest = now + (.zero - UploadTickets.life)
      let removed = try await threads.run { [folder, smallFiles] in
        try folder.removeUntouched(since: oldest) + smallFiles.removeUntouched(since: oldest)
      }
      if removed > 0 { dependencies.log.info("uploads expired", ["count": "\(removed)"]) }
      try await store.removeUploads(before: oldest)
      for cache in directory.all where cache.keepSeconds != nil || cache.keepBytes != nil {
        _ = try await collect(cache, CollectionRequest(olderThan: cache.keepSeconds, maxSize: cache.keepBytes))
      }
    } catch {
      dependencies.log.error("caches not tidied", ["error": "\(error)"])
    }
  }

  /// Writes down what was counted; what cannot be is tried again the next time.
  func writeDown() async {
    let uses = statistics.take()
    do { try await store.addUse(uses) } catch {
      statistics.putBack(uses)
      dependencies.log.warning("use of caches not noted", ["error": "\(error)"])
    }
    let used = statistics.takeUsed()
    // The next one that asks has it noted.
    do { try await store.noteUse(ofPaths: used, at: now) } catch {
      dependencies.log.warning("use of paths not noted", ["error": "\(error)"])
    }
  }
}
