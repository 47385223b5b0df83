internal import NixFormat

/// What a session knows of its paths: which were asked for, which are waiting, how each ended. Pure: every event is a
/// change, and what to do next follows from the state.
struct PushLedger: Sendable {
  /// What to do next; nil where one has to wait for a change.
  enum Step<Work: Sendable>: Sendable {
    case work(Work)
    case end
  }

  /// How a path ended.
  enum Outcome: Sendable, Hashable {
    case pushed(narSize: Int64, sent: Int64)
    case failed(String)
  }

  private enum Standing: Sendable, Hashable { case underWay, done, failed }

  private(set) var summary = PushSummary()
  private(set) var failures: [PushFailure] = []
  /// Why nothing further is tried; nil as long as something is.
  private(set) var stop: PushError?
  private var asked: Set<StorePath> = []
  private var inbox: [StorePath] = []
  private var isTakingIn = false
  private var isClosed = false
  private var queue: [StorePathInfo] = []
  private var next = 0
  private var standing: [StorePath: Standing] = [:]

  /// Somebody wants these paths, and all that they refer to, to be pushed.
  mutating func add(_ paths: [StorePath]) {
    for path in paths where standing[path] == nil && asked.insert(path).inserted { inbox.append(path) }
  }

  /// There will be no more.
  mutating func close() { isClosed = true }

  /// Nothing further is tried, for the first reason that is given.
  mutating func end(_ reason: PushError) {
    if stop == nil { stop = reason }
  }

  // MARK: Taking in

  /// All that were asked for since the last time.
  mutating func takeInbox() -> Step<[StorePath]>? {
    if stop != nil || (isClosed && inbox.isEmpty) { return .end }
    if inbox.isEmpty { return nil }
    isTakingIn = true
    defer { inbox = [] }
    return .work(inbox)
  }

  /// Those of a closure of which nothing is known yet.
  func unknown(_ closure: [StorePathInfo]) -> [StorePathInfo] { closure.filter { standing[$0.path] == nil } }

  /// The paths of a closure, each after its references; the cache does not have those that are `missing`.
  mutating func take(_ closure: [StorePathInfo], missing: Set<StorePath>) {
    for info in closure where standing[info.path] == nil {
      if missing.contains(info.path) {
        standing[info.path] = .underWay
        queue.append(info)
      } else {
        standing[info.path] = .done
        summary.presentPaths += 1
      }
    }
  }

  /// What the inbox held was dealt with.
  mutating func endTakingIn() { isTakingIn = false }

  /// A path that was asked for and of which the store knows nothing.
  mutating func fail(_ path: StorePath, _ reason: String) {
    standing[path] = .failed
    failures.append(PushFailure(path: path, reason: reason))
  }

  // MARK: Pushing

  /// The next path to push.
  mutating func takePath() -> Step<StorePathInfo>? {
    if stop != nil { return .end }
    if next < queue.count {
      next += 1
      return .work(queue[next - 1])
    }
    return isClosed && inbox.isEmpty && !isTakingIn ? .end : nil
  }

  /// Whether a path may become visible: nil as long as one of its references is under way. Queued are references first,
  /// so this never waits for a path that was not begun.
  func readiness(of info: StorePathInfo) -> Result<Void, PushError>? {
    if let stop { return .failure(stop) }
    var isWaiting = false
    for reference in info.references where reference != info.path {
      switch standing[reference] {
      case .failed: return .failure(.refused("\(reference.name), which it refers to, was not pushed"))
      case .underWay: isWaiting = true
      case .done, nil: break
      }
    }
    return isWaiting ? nil : .success(())
  }

  /// A path has ended.
  mutating func finish(_ path: StorePath, _ outcome: Outcome) {
    switch outcome {
    case .pushed(let narSize, let sent):
      standing[path] = .done
      summary.pushedPaths += 1
      summary.narBytes += narSize
      summary.sentBytes += sent
    case .failed(let reason): fail(path, reason)
    }
  }
}
