import Concurrency
import Lifecycle

/// Says in the log what is wrong with the bucket: once a minute at most, while everything that needs it fails.
final class BucketTrouble: Sendable {
  private static let quiet = Duration.seconds(60)
  private let log: Logger
  private let last = Lock<ContinuousClock.Instant?>(nil)

  init(_ log: Logger) { self.log = log }

  /// A request has failed for the moment.
  func hear(_ sentence: String) {
    let isNew = last.withLock { last in
      if let last, ContinuousClock.now < last + Self.quiet { return false }
      last = .now
      return true
    }
    if isNew {
      log.warning("bucket in trouble", ["failure": sentence])
    } else {
      log.debug("bucket in trouble", ["failure": sentence])
    }
  }
}
