public import Crypto
public import Model

/// Binary caches: who makes, changes and empties them. Reads go to the store. Safe from any task.
public protocol CacheRegistry: Sendable {
  /// Makes a cache. With `signs`, it gets a key of its own and signs what is pushed without a signature.
  func create(_ new: NewCache, owner: UserID, signs: Bool) async throws -> BinaryCache
  /// The owner's cache of this name.
  func cache(named name: String, of owner: UserID) async throws -> BinaryCache
  /// Changes what is given.
  func change(_ cache: BinaryCache, _ change: CacheChange) async throws -> BinaryCache
  /// Deletes a cache with its keys, tokens and paths.
  func delete(_ cache: BinaryCache) async throws
  /// Registers a public key; without a name it gets the cache's next one.
  func addKey(_ key: PublicKey, named name: String?, to cache: BinaryCache) async throws -> CacheKey
  /// Takes a key away: what it has signed stays, and new paths cannot be signed by it.
  func removeKey(named name: String, of cache: BinaryCache) async throws
  /// Makes a token and returns its text, which is kept nowhere.
  func createToken(
    of cache: BinaryCache, _ permission: CachePermission, comment: String
  ) async throws -> (text: String, token: CacheToken)
  /// Revokes a token, at once and for ever.
  func removeToken(_ id: TokenID, of cache: BinaryCache) async throws
  /// Sets whether a path is pinned: it is not collected then, nor what it refers to.
  func setPinned(_ isPinned: Bool, path hash: String, in cache: BinaryCache) async throws -> CachePath
  /// Deletes a path, whatever refers to it.
  func deletePath(_ hash: String, of cache: BinaryCache) async throws
  /// Deletes paths to make room, and says which.
  func collect(_ cache: BinaryCache, _ request: CollectionRequest) async throws -> CacheCollection
}

/// Which paths to delete. A pinned path stays, and what a path that stays refers to.
public struct CollectionRequest: Sendable, Hashable {
  /// Those that were not asked for in so many seconds.
  public var olderThan: Int64?
  /// Those longest not asked for, until no more bytes than these are left.
  public var maxSize: Int64?
  /// Says only what would be deleted.
  public var isDryRun = false

  /// Nothing is deleted.
  public init(olderThan: Int64? = nil, maxSize: Int64? = nil, isDryRun: Bool = false) {
    self.olderThan = olderThan
    self.maxSize = maxSize
    self.isDryRun = isDryRun
  }
}

/// Why something cannot be done with a cache.
public enum CacheError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is none of this name, or it is somebody else's.
  case notFound(String)
  /// Something of the cache that is not there.
  case absent(String)
  /// Something has the name already.
  case taken(String)
  /// A value is wrong; `field` is its name in a request.
  case invalid(field: String, String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .notFound(let name): "there is no cache '\(name)'"
    case .absent(let sentence), .taken(let sentence), .invalid(_, let sentence): sentence
    }
  }
}
