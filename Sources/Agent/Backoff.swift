/// How long to wait before trying again: doubling, up to a limit, and never the same for two that failed together.
struct Backoff: Sendable {
  private static let first = Duration.milliseconds(100)
  private static let limit = Duration.seconds(5)
  private var next = Backoff.first

  /// True until the first wait: what fails again and again is worth a line in the log once.
  var isFirst: Bool { next == Self.first }

  /// The next wait: between half of the present step and the whole.
  mutating func wait() -> Duration {
    var random = SystemRandomNumberGenerator()
    return wait(&random)
  }

  mutating func wait(_ random: inout some RandomNumberGenerator) -> Duration {
    defer { next = min(next * 2, Self.limit) }
    return next * Double.random(in: 0.5...1, using: &random)
  }
}
