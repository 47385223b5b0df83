internal import Model

/// How the queue stood in a minute, or in several.
public struct QueueSample: Sendable, Hashable {
  /// When it began, in minutes since 1970.
  public var minute: Int64
  /// The most builds that waited at once.
  public var queued: Int64
  /// The most builds that ran at once.
  public var running: Int64
  /// How many builds an agent has taken.
  public var begun: Int64
  /// How long these have waited, together, in milliseconds.
  public var waitedMilliseconds: Int64
  /// How long the one has waited that waited longest, in milliseconds.
  public var longestMilliseconds: Int64

  /// A sample.
  public init(
    minute: Int64, queued: Int64 = 0, running: Int64 = 0, begun: Int64 = 0, waitedMilliseconds: Int64 = 0,
    longestMilliseconds: Int64 = 0
  ) {
    self.minute = minute
    self.queued = queued
    self.running = running
    self.begun = begun
    self.waitedMilliseconds = waitedMilliseconds
    self.longestMilliseconds = longestMilliseconds
  }

  /// The same as `samples`, each of so many minutes, with a minute that is not stored yet.
  public static func joined(_ samples: [QueueSample], with minute: QueueSample, step: Int64) -> [QueueSample] {
    var new = minute
    new.minute = minute.minute / max(1, step) * max(1, step)
    guard let last = samples.last, last.minute == new.minute else { return samples + [new] }
    new.queued = max(new.queued, last.queued)
    new.running = max(new.running, last.running)
    new.begun += last.begun
    new.waitedMilliseconds += last.waitedMilliseconds
    new.longestMilliseconds = max(new.longestMilliseconds, last.longestMilliseconds)
    return samples.dropLast() + [new]
  }

  /// How long a build has waited on average, in milliseconds; nil where none was taken.
  public var meanMilliseconds: Int64? { begun > 0 ? waitedMilliseconds / begun : nil }
}

extension Store {
  /// How long samples are kept.
  public static let samplesKept: Duration = .seconds(25 * 3600)

  /// Stores a minute, together with what an earlier server has stored of it, and forgets those that are too old.
  public func addSample(_ sample: QueueSample) async throws {
    try await database.write { connection in
      try connection.execute(
        """
        INSERT INTO queue_samples (minute, queued, running, begun, waited_ms, longest_ms) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (minute) DO UPDATE SET
          queued = CASE WHEN queue_samples.queued > $2 THEN queue_samples.queued ELSE $2 END,
          running = CASE WHEN queue_samples.running > $3 THEN queue_samples.running ELSE $3 END,
          begun = queue_samples.begun + $4, waited_ms = queue_samples.waited_ms + $5,
          longest_ms = CASE WHEN queue_samples.longest_ms > $6 THEN queue_samples.longest_ms ELSE $6 END
        """,
        [
          sample.minute, sample.queued, sample.running, sample.begun, sample.waitedMilliseconds,
          sample.longestMilliseconds,
        ].map { .integer($0) })
      try connection.execute(
        "DELETE FROM queue_samples WHERE minute < $1",
        [.integer(sample.minute - Self.samplesKept.milliseconds / 60_000)])
    }
  }

  /// What is known from a minute on, so many minutes together as `step` says, oldest first. Minutes without a sample are
  /// missing: no server ran then.
  public func samples(since minute: Int64, step: Int64 = 1) async throws -> [QueueSample] {
    try await database.read {
      try $0.all(
        """
        SELECT minute / $2 * $2, MAX(queued), MAX(running), CAST(SUM(begun) AS BIGINT),
          CAST(SUM(waited_ms) AS BIGINT), MAX(longest_ms)
        FROM queue_samples WHERE minute >= $1 GROUP BY 1 ORDER BY 1
        """, [.integer(minute), .integer(max(1, step))]
      ) { row in
        QueueSample(
          minute: row.integer(0) ?? 0, queued: row.integer(1) ?? 0, running: row.integer(2) ?? 0,
          begun: row.integer(3) ?? 0, waitedMilliseconds: row.integer(4) ?? 0,
          longestMilliseconds: row.integer(5) ?? 0)
      }
    }
  }
}
