internal import Concurrency
internal import Model
internal import Store

/// How many builds there are in each status, for those who ask again and again.
///
/// Counting looks at every build, so where it takes long an older count is told: counting is never more than a hundredth
/// of the time. What waits and what runs is always as it is.
final class BuildTotals: Sendable {
  private struct Known {
    var counts: [Status: Int64]
    var countedAt: ContinuousClock.Instant
    var took: Duration
  }

  /// What takes no longer is done each time.
  private static let short: Duration = .milliseconds(50)
  private let known = Lock<Known?>(nil)
  private let turns = KeyedTurns<Int>()

  /// The counts; statuses without a build are left out.
  func counts(_ store: Store) async throws -> [Status: Int64] {
    var counts = try await turns.withTurn(of: 0) { try await all(store) }
    let active = try await store.activeCounts()
    counts[.queued] = active.queued == 0 ? nil : active.queued
    counts[.running] = active.running == 0 ? nil : active.running
    return counts
  }

  private func all(_ store: Store) async throws -> [Status: Int64] {
    let begin = ContinuousClock.now
    if let known = known.withLock({ $0 }), known.took > Self.short, begin - known.countedAt < known.took * 100 {
      return known.counts
    }
    let counts = try await store.buildCounts()
    let end = ContinuousClock.now
    known.withLock { $0 = Known(counts: counts, countedAt: end, took: end - begin) }
    return counts
  }
}
