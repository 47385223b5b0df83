internal import Concurrency
internal import Model
internal import NixFormat
internal import Planning

/// Tells the reporter how far a command of Nix has come: at once what comes first, later news once a second.
final class NixTeller: Sendable {
  private struct State {
    var tracker = NixTracker()
    var push: (@Sendable () -> NixProgress.Push)?
    var told = NixProgress()
    var isClosed = false
    var pause: Task<Void, Never>?
  }

  static let interval = Duration.seconds(1)

  private let position: Int
  private let reporter: any BuildReporter
  private let begun = ContinuousClock.now
  private let state = Lock(State())
  private let wanted = Wakeup()
  private let teller = Lock<Task<Void, any Error>?>(nil)

  /// For the job at `position`, which begins now.
  init(_ position: Int, reporter: any BuildReporter) {
    self.position = position
    self.reporter = reporter
    let task = Task { try await self.tell() }
    teller.withLock { $0 = task }
  }

  /// Something is pushed, and this says how far that has come.
  func pushes(_ push: @escaping @Sendable () -> NixProgress.Push) { state.withLock { $0.push = push } }

  /// Takes an event.
  func take(_ event: NixLogEvent) {
    state.withLock { $0.tracker.take(event, at: .now - begun) }
    wanted.signal()
  }

  /// The push has come further.
  func pushMoved() { wanted.signal() }

  /// Tells what is left; the command and its push have ended. Throws what the reporter threw.
  func close() async throws {
    let pause = state.withLock { state in
      state.isClosed = true
      state.tracker.finish(at: .now - begun)
      return state.pause
    }
    pause?.cancel()
    wanted.signal()
    try await teller.withLock { $0 }?.value
    try await tellNews()
  }

  private func tell() async throws {
    while true {
      await wanted.wait()
      if state.withLock({ $0.isClosed }) { return }
      try await tellNews()
      let pause = Task { () async in if !Task.isCancelled { try? await Task.sleep(for: Self.interval) } }
      let isClosed = state.withLock { state in
        state.pause = pause
        return state.isClosed
      }
      if isClosed { pause.cancel() }
      await pause.value
    }
  }

  private func tellNews() async throws {
    let news = state.withLock { state -> NixProgress? in
      var progress = state.tracker.progress
      progress.push = state.push?()
      if state.isClosed { progress.push?.isOver = true }
      guard progress != state.told else { return nil }
      state.told = progress
      return progress
    }
    if let news { try await reporter.reportNix(position, news) }
  }
}
