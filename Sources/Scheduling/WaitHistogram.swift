/// How long builds have waited for an agent, as counts that only grow.
public struct WaitHistogram: Sendable, Hashable {
  /// The upper bounds of the buckets in seconds; one more bucket holds the rest.
  public static let bounds: [Double] = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600]
  /// For each bound, how many waited at most so long; the last count is of all.
  public private(set) var cumulative = [Int64](repeating: 0, count: bounds.count + 1)
  /// All waits together, in seconds.
  public private(set) var totalSeconds = 0.0

  /// Counts a wait.
  mutating func add(_ seconds: Double) {
    totalSeconds += seconds
    for (index, bound) in Self.bounds.enumerated() where seconds <= bound { cumulative[index] += 1 }
    cumulative[Self.bounds.count] += 1
  }
}
