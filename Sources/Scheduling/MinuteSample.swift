internal import Model
internal import Store

/// How the queue stands in the present minute.
struct MinuteSample: Sendable {
  private var sample = QueueSample(minute: 0)

  /// So many builds wait and run now.
  mutating func note(_ queued: Int, _ running: Int) {
    sample.queued = max(sample.queued, Int64(queued))
    sample.running = max(sample.running, Int64(running))
  }

  /// An agent has taken a build for the first time.
  mutating func begin(after wait: Duration) {
    sample.begun += 1
    sample.waitedMilliseconds += wait.milliseconds
    sample.longestMilliseconds = max(sample.longestMilliseconds, wait.milliseconds)
  }

  /// The present minute as far as it is.
  func present(at now: Timestamp) -> QueueSample {
    var present = sample
    if present.minute == 0 { present.minute = now.minute }
    return present
  }

  /// Takes the minute that has ended, where one has; the next one begins with what waits and runs now.
  mutating func takeEnded(at now: Timestamp, queued: Int, running: Int) -> QueueSample? {
    defer { note(queued, running) }
    guard sample.minute != now.minute else { return nil }
    let ended = sample.minute == 0 ? nil : sample
    // What came before the first look at the clock belongs to this minute.
    if ended == nil { sample.minute = now.minute } else { sample = QueueSample(minute: now.minute) }
    return ended
  }
}

extension Timestamp {
  /// The minute since 1970 that it is in.
  var minute: Int64 { milliseconds / 60_000 }
}
