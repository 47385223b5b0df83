internal import Concurrency
internal import Model
internal import Queue

/// Listens for builds that are to end, with one request for all builds of the process, as long as somebody wants to know.
final class StopListener: Sendable {
  private struct State {
    var waiting: [BuildID: [UInt64: CheckedContinuation<StopReason, any Error>]] = [:]
    /// What the server has said.
    var stops: [BuildID: StopReason] = [:]
    var next: UInt64 = 0
    var task: Task<Void, Never>?
  }

  private let link: ServerLink
  private let state = Lock(State())

  init(link: ServerLink) { self.link = link }

  /// Waits until the build is to end.
  func wait(for build: BuildID) async throws -> StopReason {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let now = state.withLock { state -> Result<StopReason, any Error>? in
          if Task.isCancelled { return .failure(CancellationError()) }
          if let reason = state.stops[build] { return .success(reason) }
          state.waiting[build, default: [:]][id] = continuation
          if state.task == nil { state.task = Task { await self.listen() } }
          return nil
        }
        if let now { continuation.resume(with: now) }
      }
    } onCancel: {
      let waiting = state.withLock { state in
        defer { if state.waiting[build]?.isEmpty == true { state.waiting[build] = nil } }
        return state.waiting[build]?.removeValue(forKey: id)
      }
      waiting?.resume(throwing: CancellationError())
    }
  }

  /// The build is not this process's any more.
  func forget(_ build: BuildID) { state.withLock { _ = $0.stops.removeValue(forKey: build) } }

  /// Ends the listening.
  func stop() { state.withLock { $0.task }?.cancel() }

  private func listen() async {
    var pause = Duration.milliseconds(100)
    while true {
      let told = state.withLock { state -> [BuildID]? in
        if state.waiting.isEmpty || Task.isCancelled {
          state.task = nil
          return nil
        }
        return state.stops.keys.sorted()
      }
      guard let told else { return }
      do {
        let answer = try await link.ask(
          "stops", StopRequestMessage(told: told, wait: AgentProtocol.longestWait), patience: .poll,
          as: StopAnswer.self)
        for stop in answer?.stops ?? [] { tell(stop) }
        pause = .milliseconds(100)
      } catch {
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(2))
      }
    }
  }

  private func tell(_ stop: BuildStop) {
    let waiting = state.withLock { state in
      state.stops[stop.build] = stop.reason
      return state.waiting.removeValue(forKey: stop.build) ?? [:]
    }
    for continuation in waiting.values { continuation.resume(returning: stop.reason) }
  }
}
