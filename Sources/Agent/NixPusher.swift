internal import CachePush
internal import Concurrency
internal import Model
internal import NixFormat

/// Pushes what a job builds while it is being built: the outputs of each derivation as soon as that is no longer built,
/// with all that they refer to.
final class NixPusher: Sendable {
  private struct State {
    /// Derivations whose build has ended, and what they may have made.
    var ended: [StorePath] = []
    /// Those that were looked at already.
    var seen: [StorePath] = []
    var isClosed = false
  }

  private let session: PushSession
  private let target: String
  private let store: NixStore
  private let output: JobOutput
  private let state = Lock(State())
  private let wanted = Wakeup()
  private let lines: AsyncStream<String>.Continuation
  /// Shows the session's lines.
  private let saying: Task<Void, Never>
  private let following = Lock<Task<Void, Never>?>(nil)

  /// Throws `PushError.invalid`, which says what is wrong with the target or the key.
  /// `moved` is called whenever it has come further.
  init(_ push: NixPush, store: NixStore, output: JobOutput, moved: @escaping @Sendable () -> Void) throws {
    guard !push.target.isEmpty else {
      throw PushError.invalid("the job asks for a push and names no target; give it the cache's address")
    }
    let (stream, lines) = AsyncStream<String>.makeStream()
    let key = try push.signingKey.map { text throws(PushError) in try PushSigningKey(text: text) }
    let target = try Self.target(push)
    self.target = target.description
    session = try PushSession(
      target: target, signingKey: key, store: store.access,
      log: { line in
        lines.yield(line)
        moved()
      })
    self.store = store
    self.output = output
    self.lines = lines
    saying = Task { for await line in stream { await output.say(line) } }
    let task = Task { await self.follow() }
    following.withLock { $0 = task }
  }

  /// A bucket's keys are given where a cache's token is, as `ID:SECRET`.
  private static func target(_ push: NixPush) throws(PushError) -> PushTarget {
    guard push.target.hasPrefix("s3://") else { return try PushTarget(text: push.target, token: push.token ?? "") }
    let parts = (push.token ?? "").split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw .invalid("for a bucket, the API key is ACCESS_KEY_ID:SECRET_ACCESS_KEY") }
    return try PushTarget(
      text: push.target, environment: ["AWS_ACCESS_KEY_ID": parts[0], "AWS_SECRET_ACCESS_KEY": parts[1]])
  }

  /// What was pushed so far.
  var progress: NixProgress.Push {
    let summary = session.summary
    return NixProgress.Push(
      target: target, pushed: Int64(summary.pushedPaths), present: Int64(summary.presentPaths),
      bytes: summary.narBytes, sentBytes: summary.sentBytes)
  }

  /// A derivation is no longer built.
  func buildEnded(_ derivation: StorePath) {
    state.withLock { $0.ended.append(derivation) }
    wanted.signal()
  }

  /// Waits until everything is pushed, `results` too. Throws `PushError` or `CancellationError`.
  func finish(_ results: [StorePath]) async throws -> PushSummary {
    state.withLock { $0.isClosed = true }
    wanted.signal()
    let task = following.withLock { $0 }
    await task?.value
    let result: Result<PushSummary, any Error>
    do {
      // Once more all of them: some may have been registered only after their build had ended.
      let built = state.withLock { $0.seen }
      try await session.add(try await made(by: built) + results)
      result = .success(try await session.finish())
    } catch {
      result = .failure(error)
    }
    lines.finish()
    await saying.value
    return try result.get()
  }

  /// Ends everything.
  func cancel() async {
    session.cancel()
    state.withLock { $0.isClosed = true }
    wanted.signal()
    lines.finish()
    await saying.value
  }

  private func follow() async {
    while true {
      let (ended, isClosed) = state.withLock { state in
        state.seen += state.ended
        defer { state.ended = [] }
        return (state.ended, state.isClosed)
      }
      if ended.isEmpty {
        if isClosed { return }
        await wanted.wait()
        continue
      }
      do {
        try await session.add(try await made(by: ended))
      } catch {
        // The same at the end says why, and counts.
        continue
      }
    }
  }

  /// What builds have made. Where one has failed, there is nothing of it.
  private func made(by derivations: [StorePath]) async throws -> [StorePath] {
    if derivations.isEmpty { return [] }
    return try await store.validPaths(among: try await store.outputs(of: derivations))
  }
}
