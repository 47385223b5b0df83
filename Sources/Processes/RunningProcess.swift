internal import CLinux
internal import Concurrency
internal import Glibc

/// A program that was started. It is reaped when it ends whether anybody waits or not; safe from any task.
public final class RunningProcess: Sendable {
  /// The system's number for it; the supervisor's where it is supervised. Only for messages: it may be used again.
  public let identifier: Int32
  /// Standard output, with standard error where they are merged; nil where discarded.
  public let output: ProcessOutput?
  /// Standard error where it is separate.
  public let errorOutput: ProcessOutput?

  private struct State {
    var pidfd: Int32
    var token: UInt64?
    var exit: ProcessExit?
    var waiting: [CheckedContinuation<ProcessExit, Never>] = []
  }
  private let state: Lock<State>
  private let supervised: Bool

  /// Takes ownership of `pidfd`. `watchEnd` must follow.
  init(identifier: Int32, pidfd: Int32, supervised: Bool, output: ProcessOutput?, errorOutput: ProcessOutput?) {
    self.identifier = identifier
    self.supervised = supervised
    self.output = output
    self.errorOutput = errorOutput
    state = Lock(State(pidfd: pidfd))
  }

  /// Waits until the program has ended (supervised: and everything that it started). Any number of tasks may wait.
  /// Cancelling the task does not end the wait: kill the program for that.
  public func wait() async -> ProcessExit {
    await withCheckedContinuation { continuation in
      let exit = state.withLock { state in
        if state.exit == nil { state.waiting.append(continuation) }
        return state.exit
      }
      if let exit { continuation.resume(returning: exit) }
    }
  }

  /// Sends a signal to the program's process group (supervised: to every process that descends from the supervisor).
  /// Does nothing once it has ended.
  public func signalGroup(_ signal: Int32) async {
    if supervised {
      await signalDescendants(signal)
    } else {
      ifRunning { _ = Glibc.kill(-identifier, signal) }
    }
  }

  /// Sends a signal to every process that descends from it, as far as they hold still, and not to the first `skip`
  /// generations. The program itself is generation 0; supervised, that is the supervisor, and the program is 1.
  /// Returns how many got it.
  @discardableResult
  public func signalDescendants(_ signal: Int32, skip: Int = 1) async -> Int {
    await Self.signals.run { [self] in
      let capacity = 1 << 16
      return withUnsafeTemporaryAllocation(of: pid_t.self, capacity: capacity) { queue in
        guard let base = queue.baseAddress, state.withLock({ $0.exit == nil }) else { return 0 }
        return Int(wright_signal_descendants(identifier, Int32(clamping: skip), signal, base, Int32(capacity)))
      }
    }
  }

  /// Kills it: the group, or the whole tree where it is supervised.
  public func kill() {
    ifRunning {
      // A supervisor that was killed itself could not kill the rest; SIGTERM tells it to do so.
      _ = supervised ? Glibc.kill(identifier, SIGTERM) : Glibc.kill(-identifier, SIGKILL)
    }
  }

  // Walks over /proc, which may take long where there are many processes.
  private static let signals = SignalThread()

  /// Runs `body` while the number is certainly this program's: it is freed under the same lock.
  private func ifRunning(_ body: () -> Void) {
    state.withLock { if $0.exit == nil { body() } }
  }

  /// Begins to wait for the end. The event thread holds the object until then.
  func watchEnd() throws(ProcessError) {
    try state.withLock { state throws(ProcessError) in
      state.token = try EventThread.shared.watch(state.pidfd) { self.reap() }
    }
  }

  private func reap() {
    guard let (exit, waiting) = state.withLock(collect) else { return }
    output?.programEnded()
    errorOutput?.programEnded()
    for continuation in waiting { continuation.resume(returning: exit) }
  }

  private func collect(_ state: inout State) -> (ProcessExit, [CheckedContinuation<ProcessExit, Never>])? {
    guard state.exit == nil, let token = state.token else { return nil }
    var signalled: Int32 = 0
    var status: Int32 = 0
    // First without freeing it: the number still names the group, and nobody else's.
    guard wright_reap(state.pidfd, 1, &signalled, &status) == 1 else {
      try? EventThread.shared.rearm(state.pidfd, token)
      return nil
    }
    if !supervised { _ = Glibc.kill(-identifier, SIGKILL) }
    _ = wright_reap(state.pidfd, 0, &signalled, &status)
    EventThread.shared.forget(state.pidfd, token)
    close(state.pidfd)
    state.pidfd = -1
    let exit: ProcessExit = signalled == 0 ? .exited(status) : .signalled(status)
    state.exit = exit
    defer { state.waiting = [] }
    return (exit, state.waiting)
  }
}
