internal import Concurrency
internal import Queue

/// The claims of agents' processes, one at a time for each. A process that asks again does not wait for the answer to
/// what it asked before: that claim ends first, so that no build goes to a connection that nobody reads from.
final class AgentClaims: Sendable {
  typealias Body = @Sendable () async throws -> Assignment?

  private struct Session {
    var sequence: Int64
    var task: Task<Assignment?, any Error>?
  }
  /// So many processes are remembered before those that ask for nothing are forgotten.
  private static let limit = 4096
  private let sessions = Lock<[String: Session]>([:])

  /// Runs `body` for a claim of the process; nil at once for one that is older than its last.
  func claim(_ process: AgentProcess, sequence: Int64, _ body: @escaping Body) async throws -> Assignment? {
    let task = sessions.withLock { sessions -> Task<Assignment?, any Error>? in
      let before = sessions[process.instance]
      if let before, before.sequence >= sequence { return nil }
      let task = Task {
        before?.task?.cancel()
        _ = await before?.task?.result
        try Task.checkCancellation()
        return try await body()
      }
      if sessions.count >= Self.limit { sessions = sessions.filter { $0.value.task != nil } }
      sessions[process.instance] = Session(sequence: sequence, task: task)
      return task
    }
    guard let task else { return nil }
    defer {
      sessions.withLock { sessions in
        if sessions[process.instance]?.sequence == sequence { sessions[process.instance]?.task = nil }
      }
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
