internal import Concurrency
internal import Lifecycle
internal import Planning
internal import Queue

/// Keeps a build's lease while the build runs: renews it, listens for the server's wish to end the build, and asks the
/// build to stop when either says so.
final class LeaseHolder: Sendable {
  private struct State {
    var lease: Lease
    var isLost = false
    var isEnding = false
  }

  private let state: Lock<State>
  private let coordinator: any Coordinator
  private let stop: StopSignal
  private let patience: Duration
  private let log: Logger

  /// A lease that may run out in the server's absence: for so long as `patience`, or the lease where that is longer, the
  /// build goes on without a word of the server.
  init(_ lease: Lease, coordinator: any Coordinator, stop: StopSignal, patience: Duration = .zero, log: Logger) {
    self.patience = patience
    state = Lock(State(lease: lease))
    self.coordinator = coordinator
    self.stop = stop
    self.log = log
  }

  /// The lease as last renewed.
  var lease: Lease { state.withLock { $0.lease } }
  /// True once the build is not this agent's any more: nothing may be reported from then on.
  var isLost: Bool { state.withLock { $0.isLost } }

  /// The agent is about to end the build: from then on it is no surprise that the lease goes.
  func willEnd() { state.withLock { $0.isEnding = true } }

  /// The lease is gone.
  func lose() {
    let isSurprise = state.withLock { state in
      defer { state.isLost = true }
      return !state.isLost && !state.isEnding
    }
    guard isSurprise else { return }
    log.warning("lease lost", ["build": "\(lease.build)"])
    stop.request(.givenBack)
  }

  /// Keeps the lease while `body` runs.
  func whileKept<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
    let renewal = Task { await renewals() }
    let watch = Task { await watchForStop() }
    defer {
      renewal.cancel()
      watch.cancel()
    }
    return try await body()
  }

  /// Renews every third of the lease. Where that fails for as long as it lasts, the server has given the build to
  /// somebody else by now, or is away itself, and then nobody has: for that there is patience.
  private func renewals() async {
    var expiry = ContinuousClock.now + max(.milliseconds(lease.durationMilliseconds), patience)
    var backoff = Backoff()
    while !isLost {
      let third = Duration.milliseconds(max(1, lease.durationMilliseconds / 3))
      guard (try? await Task.sleep(for: third)) != nil else { return }
      while !isLost {
        let began = ContinuousClock.now
        do {
          let renewed = try await coordinator.renew(lease)
          state.withLock { $0.lease = renewed }
          expiry = began + max(.milliseconds(renewed.durationMilliseconds), patience)
          backoff = Backoff()
          break
        } catch {
          if isOver(error) { return }
          if backoff.isFirst, !error.isAbsence {
            log.warning("lease not renewed", ["build": "\(lease.build)", "error": "\(error)"])
          }
          if ContinuousClock.now >= expiry { return lose() }
          guard (try? await Task.sleep(for: min(backoff.wait(), third))) != nil else { return }
        }
      }
    }
  }

  private func watchForStop() async {
    var backoff = Backoff()
    while !isLost {
      do {
        switch try await coordinator.stopRequested(lease) {
        case .killed: stop.request(.killed)
        case .timedOut: stop.request(.timedOut)
        }
        return
      } catch {
        if isOver(error) { return }
        if !error.isAbsence {
          log.warning("stop requests cannot be heard", ["build": "\(lease.build)", "error": "\(error)"])
        }
        guard (try? await Task.sleep(for: backoff.wait())) != nil else { return }
      }
    }
  }

  private func isOver(_ error: any Error) -> Bool {
    if error is CancellationError || Task.isCancelled { return true }
    guard error.endsLease else { return false }
    lose()
    return true
  }
}

extension Error {
  /// True where the build is not the agent's any more: one that the server has ended or forgotten is no more its own
  /// than one whose lease has run out, and an agent that the server will not have has no builds.
  var endsLease: Bool {
    switch self {
    case is AgentRefused: true
    case let error as QueueError:
      switch error {
      case .staleLease, .finished, .notFound: true
      case .logGap, .logFull, .artifactTooLarge, .noSpace, .moved, .unavailable, .invalid: false
      }
    default: false
    }
  }

  /// True where the server does not answer, which whoever asks it says once for all.
  var isAbsence: Bool { if case .unavailable? = self as? QueueError { true } else { false } }
}

/// The build is not this agent's any more.
struct LeaseLost: Error, CustomStringConvertible {
  var description: String { "the lease of the build was lost" }
}
