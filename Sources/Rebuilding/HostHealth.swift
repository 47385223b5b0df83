/// Whether a host answers. One that does not is left alone for a while, longer each time; then one check is let through
/// to find out whether it is back.
struct HostHealth: Sendable, Hashable {
  /// The first pause, and the longest.
  static let firstPause = Duration.seconds(15)
  static let longestPause = Duration.seconds(300)

  /// How often in a row it did not answer; checks that were under way together count once.
  private(set) var failures = 0
  /// When the next check is let through.
  private(set) var pausedUntil: Duration?

  /// It did not answer. Returns when it is asked again.
  mutating func fail(at now: Duration, _ random: inout some RandomNumberGenerator) -> Duration {
    if let pausedUntil, now < pausedUntil { return pausedUntil }
    failures += 1
    let pause = Self.pause(after: failures, first: Self.firstPause, longest: Self.longestPause)
    let end = now + pause * Double.random(in: 0.9...1.1, using: &random)
    pausedUntil = end
    return end
  }

  /// It answered. True where it had not before.
  mutating func succeed() -> Bool {
    defer { self = HostHealth() }
    return failures > 0
  }

  /// How many checks of it may be under way at once, of `limit` for one that is well.
  func room(at now: Duration, limit: Int) -> Int {
    guard let pausedUntil else { return limit }
    return now < pausedUntil ? 0 : 1
  }

  /// Doubles with each failure, up to the longest.
  static func pause(after failures: Int, first: Duration, longest: Duration) -> Duration {
    var pause = first
    for _ in 1..<max(1, min(failures, 60)) where pause < longest { pause *= 2 }
    return min(pause, max(first, longest))
  }
}
