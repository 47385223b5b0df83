import Crypto
import Model
import NixFormat
import Store
import Testing

/// A path of a cache: hash and content are made of one letter each.
func cachePath(
  _ letter: Character, content: Character? = nil, references: [Character] = [], size: Int64 = 100, time: Int64 = 0
) throws -> CachePath {
  func path(_ letter: Character) throws -> StorePath {
    try #require(StorePath(hash: String(repeating: letter, count: 32), name: "path-\(letter)"))
  }
  let hash = try #require(NarHash(String(repeating: content ?? letter, count: 64)))
  return CachePath(
    path: try path(letter), narHash: hash, narSize: 10 * size, fileHash: hash, fileSize: size, compression: .zstd,
    references: try references.map(path), deriver: nil,
    signatures: [try #require(NarSignature(keyName: "k-1", bytes: [UInt8](repeating: 1, count: 64)))],
    createdAt: at(time))
}

extension Fixture {
  func cache(_ name: String = "tools", signing key: SigningKey? = nil) async throws -> BinaryCache {
    try #require(try await store.createCache(NewCache(name: name), owner: user.id, signing: key, at: at(0)))
  }

  func add(_ paths: CachePath..., to cache: BinaryCache) async throws {
    for path in paths { _ = try await store.addPath(path, to: cache.id, upload: nil) }
  }
}

extension ConformanceCheck {
  static let caches: [ConformanceCheck] = [
    ConformanceCheck("a cache is made once by its name, changed, and found with its keys") { database in
      let fixture = try await Fixture(database)
      let key = try SigningKey.generate()
      let cache = try await fixture.cache(signing: key)
      #expect(cache.keys.map(\.key.keyName) == ["tools-1"] && cache.keys[0].signs)
      #expect(cache.keys[0].key.bytes == key.publicKey.bytes)
      let again = try await fixture.store.createCache(
        NewCache(name: "tools"), owner: fixture.user.id, signing: nil, at: at(1))
      #expect(again == nil)
      var change = CacheChange()
      change.isPublic = false
      change.keepBytes = .some(5)
      let changed = try #require(try await fixture.store.changeCache(cache.id, change))
      #expect(!changed.isPublic && changed.keepBytes == 5 && changed.priority == 40 && changed.keys == cache.keys)
      change.keepBytes = .some(nil)
      #expect(try await fixture.store.changeCache(cache.id, change)?.keepBytes == nil)
      #expect(try await fixture.store.caches().map(\.name) == ["tools"])
      let other = try await fixture.store.ensureUser(name: "other", at: at(0))
      #expect(try await fixture.store.caches(owner: other.id).isEmpty)
      #expect(try await fixture.store.caches(owner: fixture.user.id).map(\.id) == [cache.id])
      let signing = try await fixture.store.signingKeys(of: cache.id)
      #expect(signing.map(\.name) == ["tools-1"] && signing[0].key.publicKey == key.publicKey)
    },
    ConformanceCheck("keys without a name are named by the cache, and a name is given once") { database in
      let fixture = try await Fixture(database)
      let cache = try await fixture.cache()
      let keys = try (0..<3).map { _ in try SigningKey.generate().publicKey }
      let store = fixture.store
      #expect(try await store.addCacheKey(keys[0], named: "tools-2", to: cache.id, at: at(0))?.key.keyName == "tools-2")
      #expect(try await store.addCacheKey(keys[1], named: nil, to: cache.id, at: at(0))?.key.keyName == "tools-1")
      #expect(try await store.addCacheKey(keys[2], named: nil, to: cache.id, at: at(0))?.key.keyName == "tools-3")
      #expect(try await store.addCacheKey(keys[2], named: nil, to: cache.id, at: at(0))?.key.keyName == "tools-3")
      #expect(try await store.addCacheKey(keys[0], named: "tools-2", to: cache.id, at: at(0)) != nil)
      #expect(try await store.addCacheKey(keys[1], named: "tools-2", to: cache.id, at: at(0)) == nil)
      #expect(try await store.removeCacheKey(named: "tools-1", of: cache.id))
      #expect(try await !store.removeCacheKey(named: "tools-1", of: cache.id))
      #expect(try await store.signingKeys(of: cache.id).isEmpty)
    },
    ConformanceCheck("a token of a cache is found by its hash until it is removed") { database in
      let fixture = try await Fixture(database)
      let (cache, other) = (try await fixture.cache(), try await fixture.cache("other"))
      let hash = [UInt8](repeating: 7, count: 32)
      let made = try await fixture.store.createCacheToken(
        of: cache.id, permission: .write, hash: hash, comment: "ci", at: at(0))
      #expect(try await fixture.store.findCacheToken(hash: hash) == made)
      try await fixture.store.noteUse(of: made, at: at(5))
      #expect(try await fixture.store.cacheTokens(of: cache.id).map(\.lastUsedAt) == [at(5)])
      #expect(try await !fixture.store.removeCacheToken(made.id, of: other.id))
      #expect(try await fixture.store.removeCacheToken(made.id, of: cache.id))
      #expect(try await fixture.store.findCacheToken(hash: hash) == nil)
    },
    ConformanceCheck("of two that push a path the first wins; signatures of the same are joined") { database in
      let fixture = try await Fixture(database)
      let (store, cache) = (fixture.store, try await fixture.cache())
      let first = try cachePath("a")
      #expect(try await store.addPath(first, to: cache.id, upload: "one") == .added)
      #expect(try await store.isCompleted(upload: "one", in: cache.id))
      #expect(try await !store.isCompleted(upload: "two", in: cache.id))
      var second = first
      second.signatures = [try #require(NarSignature(keyName: "k-2", bytes: [UInt8](repeating: 2, count: 64)))]
      #expect(try await store.addPath(second, to: cache.id, upload: "two") == .present)
      let merged = try await store.cachePath(first.path.hash, in: cache.id)
      #expect(merged?.signatures == first.signatures + second.signatures)
      #expect(try await store.garbage().isEmpty)
      #expect(try await store.addPath(try cachePath("a", content: "b"), to: cache.id, upload: nil) == .present)
      #expect(try await store.cachePath(first.path.hash, in: cache.id) == merged)
      #expect(try await store.garbage().map(\.sha256) == [String(repeating: "b", count: 64)])
      #expect(try await store.cache(cache.id)?.pathCount == 1)
      #expect(try await store.cache(cache.id)?.byteCount == 100)
      #expect(try await store.cache(cache.id)?.use.uploads == 1)
      try await store.removeUploads(before: at(1))
      #expect(try await !store.isCompleted(upload: "one", in: cache.id))
    },
    ConformanceCheck("a small NAR is kept once, and goes with the last path that has it") { database in
      let fixture = try await Fixture(database)
      let (store, cache, other) = (fixture.store, try await fixture.cache(), try await fixture.cache("other"))
      let (one, same, third) = (
        try cachePath("a"), try cachePath("b", content: "a"), try cachePath("c")
      )
      for (path, cache) in [(one, cache), (same, cache), (one, other), (third, other)] {
        #expect(try await store.addPath(path, content: Array("nar".utf8), to: cache.id, upload: nil) == .added)
      }
      #expect(try await store.addPath(one, content: Array("another".utf8), to: cache.id, upload: nil) == .present)
      #expect(try await store.smallNar(one.fileHash) == Array("nar".utf8))
      try await store.deleteCache(other.id)
      #expect(try await store.smallNar(third.fileHash) == nil)
      for hash in [one.path.hash, same.path.hash] {
        #expect(try await store.smallNar(one.fileHash) == Array("nar".utf8))
        let row = try #require(try await store.cachePath(hash, in: cache.id)).id
        _ = try await store.deletePaths([row], of: cache.id)
      }
      #expect(try await store.smallNar(one.fileHash) == nil)
      #expect(try await store.garbage().isEmpty)
    },
    ConformanceCheck("a cache holds what was added to it and nothing of another") { database in
      let fixture = try await Fixture(database)
      let (store, cache, other) = (fixture.store, try await fixture.cache(), try await fixture.cache("other"))
      let path = try cachePath("a", references: ["a", "b"])
      try await fixture.add(path, to: cache)
      let found = try #require(try await store.cachePath(path.path.hash, in: cache.id))
      #expect(found.info == path.info && found.createdAt == path.createdAt)
      #expect(try await store.cachePath(path.path.hash, in: other.id) == nil)
      #expect(try await store.narSize(path.fileHash, .zstd, in: cache.id) == 100)
      #expect(try await store.narSize(path.fileHash, .xz, in: cache.id) == nil)
      #expect(try await store.narSize(path.fileHash, .zstd, in: other.id) == nil)
      let hashes = [String(repeating: "c", count: 32), path.path.hash]
      #expect(try await store.missingPaths(hashes, in: cache.id, at: at(0)) == [hashes[0]])
      #expect(try await store.missingPaths(hashes, in: other.id, at: at(0)) == hashes)
    },
    ConformanceCheck("who asks for a path whose last use is long ago has it noted") { database in
      let fixture = try await Fixture(database)
      let (store, cache) = (fixture.store, try await fixture.cache())
      let hash = try cachePath("a").path.hash
      try await fixture.add(try cachePath("a"), to: cache)
      _ = try await store.missingPaths([hash], in: cache.id, at: at(3_600_000))
      #expect(try await store.cachePath(hash, in: cache.id)?.usedAt == at(0))
      _ = try await store.missingPaths([hash], in: cache.id, at: at(3_600_001))
      #expect(try await store.cachePath(hash, in: cache.id)?.usedAt == at(3_600_001))
    },
    ConformanceCheck("paths are listed by pages and searched by any part of them") { database in
      let fixture = try await Fixture(database)
      let (store, cache) = (fixture.store, try await fixture.cache())
      for letter in "abcd" { try await fixture.add(try cachePath(letter), to: cache) }
      let first = try await store.cachePaths(of: cache.id, limit: 3)
      #expect(first.map(\.path.name) == ["path-d", "path-c", "path-b"])
      #expect(try await store.cachePaths(of: cache.id, after: first.last?.id).map(\.path.name) == ["path-a"])
      for search in ["PATH-B", "bbbb", "/nix/store/bbb"] {
        #expect(try await store.cachePaths(of: cache.id, search: search).map(\.path.name) == ["path-b"])
      }
      #expect(try await store.cachePaths(of: cache.id, search: "%").isEmpty)
    },
    ConformanceCheck("deleting paths frees content that nothing else has; those that are pinned stay") { database in
      let fixture = try await Fixture(database)
      let (store, cache, other) = (fixture.store, try await fixture.cache(), try await fixture.cache("other"))
      try await fixture.add(
        try cachePath("a"), try cachePath("b", content: "a"), try cachePath("c"), try cachePath("d"), to: cache)
      try await fixture.add(try cachePath("c"), to: other)
      #expect(try await store.setPinned(true, path: String(repeating: "d", count: 32), in: cache.id))
      let all = try await store.collectablePaths(of: cache.id)
      #expect(all.filter(\.isPinned).map(\.hash) == [String(repeating: "d", count: 32)])
      let tried = try await store.deletePaths(all.map(\.id), of: cache.id, dryRun: true)
      #expect(tried.hashes.count == 3 && tried.freedBytes == 100)
      #expect(try await store.cache(cache.id)?.pathCount == 4)
      #expect(try await store.garbage().isEmpty)
      #expect(try await store.deletePaths(all.map(\.id), of: cache.id) == tried)
      let after = try #require(try await store.cache(cache.id))
      #expect(after.pathCount == 1 && after.byteCount == 100 && after.use.collectedPaths == 3)
      #expect(try await store.garbage().map(\.sha256) == [String(repeating: "a", count: 64)])
      #expect(try await store.isReferenced(sha256: String(repeating: "c", count: 64)))
      #expect(try await !store.isReferenced(sha256: String(repeating: "a", count: 64)))
    },
    ConformanceCheck("a cache that is deleted leaves its content to whoever removes garbage") { database in
      let fixture = try await Fixture(database)
      let (store, cache) = (fixture.store, try await fixture.cache())
      try await fixture.add(try cachePath("a"), try cachePath("b", content: "a"), to: cache)
      try await store.deleteCache(cache.id)
      #expect(Set(try await store.garbage().map(\.sha256)) == [String(repeating: "a", count: 64)])
      #expect(try await store.garbage().allSatisfy { $0.folder.isEmpty })
      #expect(try await store.unreferenced([String(repeating: "a", count: 64)]).count == 1)
      #expect(try await store.caches().isEmpty)
    },
    ConformanceCheck("what was done with a cache adds up, and a secret of the server stays the same") { database in
      let fixture = try await Fixture(database)
      let (store, cache) = (fixture.store, try await fixture.cache())
      var use = CacheUse()
      use.hits = 3
      use.downloadedBytes = 1 << 40
      try await store.addUse([cache.id: use])
      try await store.addUse([cache.id: use])
      let found = try #require(try await store.cache(cache.id)).use
      #expect(found.hits == 6 && found.downloadedBytes == 1 << 41)
      let secret = try await store.cacheSecret(named: "uploads")
      #expect(secret.count == 32)
      #expect(try await store.cacheSecret(named: "uploads") == secret)
      #expect(try await store.cacheSecret(named: "other") != secret)
    },
  ]
}
