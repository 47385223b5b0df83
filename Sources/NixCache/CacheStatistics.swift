internal import Concurrency
internal import Model
internal import Store

/// What has been done with caches since it was last written down.
final class CacheStatistics: Sendable {
  private let uses = Lock<[CacheID: CacheUse]>([:])
  private let used = Lock<Set<Int64>>([])

  /// Notes that a path was asked for, by its row.
  func use(ofPath row: Int64) { used.withLock { _ = $0.insert(row) } }

  /// The paths that were asked for; from now on there are none.
  func takeUsed() -> [Int64] {
    used.withLock { used in
      defer { used = [] }
      return used.sorted()
    }
  }

  /// Counts something.
  func count(_ cache: CacheID, _ body: (inout CacheUse) -> Void) {
    uses.withLock { body(&$0[cache, default: CacheUse()]) }
  }

  /// All that was counted; from now on it counts from nothing.
  func take() -> [CacheID: CacheUse] {
    uses.withLock { uses in
      defer { uses = [:] }
      return uses
    }
  }

  /// What was counted of a cache and not yet written down.
  func use(of cache: CacheID) -> CacheUse { uses.withLock { $0[cache] } ?? CacheUse() }

  /// Puts back what could not be written down.
  func putBack(_ old: [CacheID: CacheUse]) {
    uses.withLock { uses in
      for (cache, use) in old { uses[cache, default: CacheUse()] += use }
    }
  }
}
