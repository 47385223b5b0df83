internal import Concurrency
internal import ObjectStorage

/// Whether the bucket was seen to work a moment ago: each check costs three requests, and monitors ask often.
final class BucketHealth: Sendable {
  private static let trust = Duration.seconds(10)
  private let last = Lock<(at: ContinuousClock.Instant, failures: Int64)?>(nil)

  /// True where a check has succeeded within the last seconds and no request has failed since.
  func isBelieved(_ now: BucketStatistics) -> Bool {
    last.withLock { last in
      guard let last, ContinuousClock.now < last.at + Self.trust else { return false }
      return now.failures == last.failures && now.isAnswering
    }
  }

  /// A check has succeeded.
  func note(_ now: BucketStatistics) { last.withLock { $0 = (.now, now.failures) } }
}
