internal import Concurrency
internal import Model
internal import NixFormat
internal import Store

/// The caches of the server by name, and what was lately read of them, in memory: a narinfo is asked for thousands of
/// times in a moment, and most are answered without the database. Whoever changes a cache tells it.
final class CacheDirectory: Sendable {
  /// A NAR that a cache has.
  struct StoredNar: Sendable, Hashable {
    var hash: NarHash
    var size: Int64
  }
  fileprivate struct Key: Hashable {
    var cache: CacheID
    /// A path's hash, or a NAR's file name: they never look the same.
    var name: String
  }
  fileprivate enum Entry {
    case info([UInt8], row: Int64, usedAt: Timestamp)
    case nar(StoredNar)

    var cost: Int {
      switch self {
      case .info(let bytes, _, _): bytes.count + 200
      case .nar: 300
      }
    }
  }
  fileprivate struct State {
    var caches: [String: BinaryCache] = [:]
    /// Counts changes: what was read of the database before one must not be remembered after it.
    var changes = 0
    /// What was asked for lately, and what was before that: when the first is full, the second is forgotten.
    var recent: [Key: Entry] = [:]
    var older: [Key: Entry] = [:]
    var cost = 0
  }
  /// Bytes of each half.
  private let limit: Int
  private let state = Lock(State())

  /// Remembers up to twice so many bytes.
  init(limit: Int = 24 << 20) { self.limit = limit }

  /// The cache with this name.
  func cache(named name: String) -> BinaryCache? { state.withLock { $0.caches[name] } }

  /// All caches.
  var all: [BinaryCache] { state.withLock { Array($0.caches.values) } }

  /// Puts a cache as it is now in the place of what was known of it.
  func set(_ cache: BinaryCache) { state.withLock { $0.caches[cache.name] = cache } }

  /// Forgets a cache and all that was read of it.
  func remove(_ cache: BinaryCache) {
    state.withLock { state in
      state.caches[cache.name] = nil
      state.forget { $0.cache == cache.id }
    }
  }

  /// What is remembered of a narinfo: its text, the path's row, and when its use was noted last.
  func info(_ hash: String, in cache: CacheID) -> (text: [UInt8], row: Int64, usedAt: Timestamp)? {
    guard case .info(let text, let row, let used) = state.withLock({ $0.find(Key(cache: cache, name: hash), limit) })
    else { return nil }
    return (text, row, used)
  }

  /// What is remembered of a NAR's file.
  func nar(_ file: String, in cache: CacheID) -> StoredNar? {
    guard case .nar(let nar) = state.withLock({ $0.find(Key(cache: cache, name: file), limit) }) else { return nil }
    return nar
  }

  /// How many changes there were; read it before the database, and give it back with what was read.
  var changes: Int { state.withLock { $0.changes } }

  /// Remembers the narinfo of a path, unless something was changed since.
  func remember(_ text: [UInt8], of path: CachePath, in cache: CacheID, since changes: Int) {
    state.withLock { state in
      guard state.changes == changes else { return }
      state.insert(.info(text, row: path.id, usedAt: path.usedAt), Key(cache: cache, name: path.path.hash), limit)
    }
  }

  /// Remembers a NAR's file, unless something was changed since.
  func remember(_ nar: StoredNar, called file: String, in cache: CacheID, since changes: Int) {
    state.withLock { state in
      guard state.changes == changes else { return }
      state.insert(.nar(nar), Key(cache: cache, name: file), limit)
    }
  }

  /// Notes that the use of a path was written down.
  func noteUse(of hash: String, in cache: CacheID, at now: Timestamp) {
    state.withLock { state in
      let key = Key(cache: cache, name: hash)
      guard case .info(let text, let row, _) = state.find(key, limit) else { return }
      state.recent[key] = .info(text, row: row, usedAt: now)
    }
  }

  /// Forgets paths of a cache that were changed or deleted, and all of its NARs.
  func forget(_ hashes: [String], in cache: CacheID) {
    let gone = Set(hashes)
    state.withLock { state in
      // A file's name is longer than a path's hash.
      state.forget { $0.cache == cache && (gone.contains($0.name) || $0.name.utf8.count > 32) }
    }
  }
}

extension CacheDirectory.State {
  fileprivate mutating func find(_ key: CacheDirectory.Key, _ limit: Int) -> CacheDirectory.Entry? {
    if let entry = recent[key] { return entry }
    guard let entry = older[key] else { return nil }
    insert(entry, key, limit)
    return entry
  }

  fileprivate mutating func insert(_ entry: CacheDirectory.Entry, _ key: CacheDirectory.Key, _ limit: Int) {
    if cost + entry.cost > limit {
      older = recent
      recent = [:]
      cost = 0
    }
    cost += entry.cost
    recent[key] = entry
  }

  fileprivate mutating func forget(where isGone: (CacheDirectory.Key) -> Bool) {
    changes += 1
    recent = recent.filter { !isGone($0.key) }
    older = older.filter { !isGone($0.key) }
  }
}
