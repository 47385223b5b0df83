internal import CLinux
public import Concurrency
public import Model

/// Where whatever waits for a time takes its times from; tests have one that they move by hand.
public protocol SchedulingClock: Sendable {
  /// The time of day, for what people and the database see.
  var now: Timestamp { get }
  /// Time since some fixed moment, which setting the computer's clock does not change: for leases and limits.
  var uptime: Duration { get }
  /// Sleeps until `uptime` is at least this. Throws `CancellationError` when the task is cancelled.
  func sleep(until uptime: Duration) async throws
}

/// The computer's clocks.
public struct SystemClock: SchedulingClock {
  private let start = ContinuousClock.now

  /// A clock whose `uptime` begins now.
  public init() {}

  /// The time of day.
  public var now: Timestamp { Timestamp(milliseconds: wright_time_of_day()) }

  /// Time since the clock was made.
  public var uptime: Duration { ContinuousClock.now - start }

  /// Sleeps.
  public func sleep(until uptime: Duration) async throws {
    try await Task.sleep(until: start + uptime, clock: .continuous)
  }
}

extension SchedulingClock {
  /// Sleeps until `uptime` is at least this (nil: without end), until `wakeup` is signalled, or the task is cancelled.
  public func sleep(until uptime: Duration?, or wakeup: Wakeup) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await wakeup.wait() }
      if let uptime { group.addTask { try? await self.sleep(until: uptime) } }
      await group.next()
      group.cancelAll()
    }
  }
}
