internal import Concurrency
public import NixFormat

/// Pushes store paths with all that they refer to, each once, while more are added. Safe from any task.
///
/// A session that goes without `finish` is cancelled. References are in the cache before what refers to them is.
public final class PushSession: Sendable {
  private let worker: PushWorker

  /// A session; nothing is sent before the first path. `log` hears of progress and of what is tried again, a line each,
  /// from any task; no line holds a secret. Throws `PushError.invalid` where the key does not do for the target.
  public init(
    target: PushTarget, signingKey: PushSigningKey? = nil, store: NixStoreAccess,
    options: PushOptions = PushOptions(), log: @escaping @Sendable (String) -> Void
  ) throws(PushError) {
    worker = PushWorker(
      client: try target.client(key: signingKey, options: options, log: log), target: target, store: store,
      options: options, log: log)
  }

  deinit { worker.cancel() }

  /// What was done so far.
  public var summary: PushSummary { worker.ledger.read { $0.summary } }

  /// Adds paths that are in the store; they and all that they refer to are pushed in the background. Throws where nothing
  /// further is tried, with the reason.
  public func add(_ paths: [StorePath]) async throws {
    if let stop = worker.ledger.read({ $0.stop }) { throw stop }
    if !paths.isEmpty { worker.add(paths) }
  }

  /// Waits until all paths are pushed. Throws `PushError.incomplete` with those that were not, or the reason why nothing
  /// further was tried. Cancelling the task cancels the session. To be called once.
  public func finish() async throws -> PushSummary {
    await withTaskCancellationHandler {
      await worker.finish()
    } onCancel: {
      worker.cancel()
    }
    let (stop, summary, failures) = worker.ledger.read { ($0.stop, $0.summary, $0.failures) }
    if let stop { throw stop }
    guard failures.isEmpty else { throw PushError.incomplete(summary, failures) }
    return summary
  }

  /// Ends everything: what is under way is aborted.
  public func cancel() { worker.cancel() }
}
