public import Crypto
public import Model
internal import NixFormat
public import Store

extension NixCache: CacheRegistry {
  /// Makes a cache, with a key of its own where it `signs`.
  public func create(_ new: NewCache, owner: UserID, signs: Bool) async throws -> BinaryCache {
    guard BinaryCache.isName(new.name) else {
      throw CacheError.invalid(
        field: "name",
        "a cache's name has small letters, digits and dashes, 63 at most, does not begin with a dash, and is not 'api'")
    }
    try Self.check(priority: new.priority, compression: new.compression)
    let key = signs ? try SigningKey.generate() : nil
    guard let cache = try await store.createCache(new, owner: owner, signing: key, at: now) else {
      throw CacheError.taken("there is a cache '\(new.name)' already")
    }
    directory.set(cache)
    return cache
  }

  /// The owner's cache of this name, with what was done up to now.
  public func cache(named name: String, of owner: UserID) async throws -> BinaryCache {
    guard let known = directory.cache(named: name), known.owner == owner, let cache = try await store.cache(known.id)
    else { throw CacheError.notFound(String(name.prefix(63))) }
    return cache.adding(statistics.use(of: cache.id))
  }

  /// Changes what is given.
  public func change(_ cache: BinaryCache, _ change: CacheChange) async throws -> BinaryCache {
    try Self.check(priority: change.priority, compression: change.compression)
    for (field, value) in [("keep_seconds", change.keepSeconds), ("keep_bytes", change.keepBytes)] {
      if let value, let number = value, number < 0 {
        throw CacheError.invalid(field: field, "\(field) is a number from 0, or null")
      }
    }
    guard try await store.changeCache(cache.id, change) != nil, let changed = try await refresh(cache.id) else {
      throw CacheError.notFound(cache.name)
    }
    return changed
  }

  /// Deletes a cache with its keys, tokens and paths.
  public func delete(_ cache: BinaryCache) async throws {
    directory.remove(cache)
    do { try await store.deleteCache(cache.id) } catch {
      directory.set(cache)
      throw error
    }
    memory.forgetTokens()
    dependencies.contentFreed()
  }

  /// Registers a public key.
  public func addKey(_ key: PublicKey, named name: String?, to cache: BinaryCache) async throws -> CacheKey {
    if let name, NarSignature(keyName: name, bytes: key.bytes) == nil {
      throw CacheError.invalid(field: "public_key", "'\(name.prefix(60))' cannot be a key's name")
    }
    guard let added = try await store.addCacheKey(key, named: name, to: cache.id, at: now) else {
      throw CacheError.taken("another key of the cache has the name '\(name ?? "")'")
    }
    _ = try await refresh(cache.id)
    return added
  }

  /// Takes a key away.
  public func removeKey(named name: String, of cache: BinaryCache) async throws {
    guard try await store.removeCacheKey(named: name, of: cache.id) else {
      throw CacheError.absent("the cache '\(cache.name)' has no key '\(name.prefix(60))'")
    }
    _ = try await refresh(cache.id)
  }

  /// Makes a token, whose text is in this answer and nowhere else.
  public func createToken(
    of cache: BinaryCache, _ permission: CachePermission, comment: String
  ) async throws -> (text: String, token: CacheToken) {
    let text = SecureRandom.token(prefix: "wrc_")
    let token = try await store.createCacheToken(
      of: cache.id, permission: permission, hash: try SHA256.hash(text), comment: comment, at: now)
    return (text, token)
  }

  /// Revokes a token at once.
  public func removeToken(_ id: TokenID, of cache: BinaryCache) async throws {
    let isRemoved = try await store.removeCacheToken(id, of: cache.id)
    memory.forgetTokens()
    guard isRemoved else {
      throw CacheError.absent("the cache '\(cache.name)' has no token \(id)")
    }
  }

  /// Sets whether a path is pinned.
  public func setPinned(_ isPinned: Bool, path hash: String, in cache: BinaryCache) async throws -> CachePath {
    guard try await store.setPinned(isPinned, path: hash, in: cache.id),
      let path = try await store.cachePath(hash, in: cache.id)
    else { throw Self.noPath(hash, cache) }
    return path
  }

  /// Deletes a path, whatever refers to it.
  public func deletePath(_ hash: String, of cache: BinaryCache) async throws {
    guard let path = try await store.cachePath(hash, in: cache.id) else { throw Self.noPath(hash, cache) }
    _ = try await store.deletePaths([path.id], of: cache.id, collecting: false)
    directory.forget([hash], in: cache.id)
    dependencies.contentFreed()
  }

  /// Throws for what a cache cannot be set to; nil is left as it is.
  private static func check(priority: Int64?, compression: NarInfo.Compression?) throws {
    if let priority, !(0...1_000_000).contains(priority) {
      throw CacheError.invalid(field: "priority", "priority is a number from 0 to 1000000")
    }
    // What uploads are taken in.
    if let compression, ![.zstd, .xz].contains(compression) {
      throw CacheError.invalid(field: "compression", "compression is zstd or xz, not '\(compression.rawValue)'")
    }
  }

  private static func noPath(_ hash: String, _ cache: BinaryCache) -> CacheError {
    .absent("the cache '\(cache.name)' has no path '\(hash.prefix(60))'")
  }
}

extension BinaryCache {
  /// With what was done since it was last written down.
  func adding(_ recent: CacheUse) -> BinaryCache {
    var cache = self
    cache.use += recent
    return cache
  }
}
