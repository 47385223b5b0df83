/// How long to wait before a request that failed for the moment is made again: at first a fraction of a second, twice as
/// long each time, up to 10 s, each time a random part of it less, so that many who failed together do not come
/// together again. Pure.
struct RetryPlan: Sendable {
  /// How long to wait in all for an answer that is one.
  var limit: Duration
  private(set) var waited = Duration.zero
  private var attempts = 0

  init(limit: Duration = .seconds(90)) { self.limit = limit }

  /// The next wait; nil where it has been long enough. `told` is what the server asked for; `random` is from 0 to 1.
  mutating func next(told: Duration?, random: Double) -> Duration? {
    let left = limit - waited
    guard left > .zero else { return nil }
    let longest = min(Duration.milliseconds(200) * (1 << min(attempts, 8)), .seconds(10))
    attempts += 1
    let wait = min(max(told ?? .zero, longest * (0.5 + 0.5 * min(max(random, 0), 1))), left)
    waited += wait
    return wait
  }

  /// True for an answer that a later request may not get: too many requests, or a failure of the server.
  static func isTemporary(_ status: Int) -> Bool {
    status == 408 || status == 429 || (500...599).contains(status) && status != 501
  }

  /// What `Retry-After` says, in whole seconds; a date is nil: clocks differ.
  static func told(_ header: String?) -> Duration? {
    guard let header, let seconds = Int64(header), (0...86_400).contains(seconds) else { return nil }
    return .seconds(seconds)
  }
}
