/// How long to wait before a request that failed for the moment is made again: at first a fraction of a second, twice as
/// long each time, up to 10 s, each time a random part of it less, so that many who failed together do not come
/// together again. Pure.
public struct RetryPlan: Sendable {
  /// How long to wait in all for an answer that is one.
  public var limit: Duration
  /// How many requests are made in all.
  public var requests: Int
  /// The first wait at its longest.
  public var first: Duration
  /// How long a server may ask to be left alone.
  public var longestTold: Duration
  /// How long it has been waited.
  public private(set) var waited = Duration.zero
  /// How many requests have failed.
  public private(set) var failures = 0

  /// A plan before the first request.
  public init(
    limit: Duration = .seconds(90), requests: Int = .max, first: Duration = .milliseconds(200),
    longestTold: Duration = .seconds(86_400)
  ) {
    self.limit = limit
    self.requests = requests
    self.first = first
    self.longestTold = longestTold
  }

  /// A request has failed: the next wait; nil where it has been tried enough. `told` is what the server asked for;
  /// `random` is from 0 to 1.
  public mutating func next(told: Duration?, random: Double) -> Duration? {
    let left = limit - waited
    failures += 1
    guard left > .zero, failures < requests else { return nil }
    let longest = min(first * (1 << min(failures - 1, 8)), .seconds(10))
    let asked = min(told ?? .zero, longestTold)
    let wait = min(max(asked, longest * (0.5 + 0.5 * min(max(random, 0), 1))), left)
    waited += wait
    return wait
  }

  /// True for an answer that a later request may not get: too many requests, or a failure of the server.
  public static func isTemporary(_ status: Int) -> Bool {
    status == 408 || status == 429 || (500...599).contains(status) && status != 501
  }

  /// What `Retry-After` says, in whole seconds; a date is nil: clocks differ.
  public static func told(_ header: String?) -> Duration? {
    guard let header, let seconds = Int64(header), (0...86_400).contains(seconds) else { return nil }
    return .seconds(seconds)
  }
}
