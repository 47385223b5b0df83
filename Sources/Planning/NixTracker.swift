public import Model
public import NixFormat

/// What follows from the events that Nix tells.
public struct NixTracker: Sendable, Hashable {
  /// How far it has come.
  public private(set) var progress = NixProgress()
  /// Builds of which only the number is known so far, and not which ones have failed: Nix counts a failure before it
  /// ends that build.
  private var failuresToCome: Int64 = 0
  private var failures: Int64 = 0

  /// Before the first event.
  public init() {}

  /// Takes an event; `elapsed` since the job's beginning.
  public mutating func take(_ event: NixLogEvent, at elapsed: Duration) {
    let milliseconds = Self.milliseconds(elapsed)
    switch event {
    case .buildStarted(let path): begin(.build, path, milliseconds)
    case .buildEnded(let path):
      let hasFailed = failuresToCome > 0
      if hasFailed { failuresToCome -= 1 }
      end(.build, path, hasFailed ? .failed : .done, milliseconds)
    case .fetchStarted(let path, let source): begin(.fetch, path, milliseconds, source: shown(source))
    case .fetchProgress(let path, let done, _): update(.fetch, path) { $0.bytes = max($0.bytes ?? 0, done) }
    case .fetchEnded(let path): end(.fetch, path, .done, milliseconds)
    case .failures(let count):
      failuresToCome += max(0, count - failures)
      failures = max(failures, count)
    }
  }

  /// The command has ended: what still seems to run does not any more.
  public mutating func finish(at elapsed: Duration) {
    for index in progress.items.indices where progress.items[index].state == .running {
      progress.items[index].state = .failed
      progress.items[index].milliseconds = max(0, Self.milliseconds(elapsed) - progress.items[index].begunMilliseconds)
    }
  }

  private static func milliseconds(_ elapsed: Duration) -> Int64 {
    let (seconds, attoseconds) = elapsed.components
    return max(0, min(seconds, 1 << 40)) * 1000 + attoseconds / 1_000_000_000_000_000
  }

  private mutating func begin(
    _ kind: NixProgress.Item.Kind, _ path: StorePath, _ milliseconds: Int64, source: String? = nil
  ) {
    if progress.items.count >= NixProgress.itemLimit {
      // One that has ended goes first; it is counted.
      progress.items.remove(at: progress.items.firstIndex { $0.state != .running } ?? 0)
    }
    progress.items.append(
      NixProgress.Item(kind: kind, path: path.baseName, begunMilliseconds: milliseconds, source: source))
  }

  private mutating func end(
    _ kind: NixProgress.Item.Kind, _ path: StorePath, _ state: NixProgress.Item.State, _ milliseconds: Int64
  ) {
    var bytes: Int64 = 0
    update(kind, path) { item in
      item.state = state
      item.milliseconds = max(0, milliseconds - item.begunMilliseconds)
      bytes = item.bytes ?? 0
    }
    switch (kind, state) {
    case (_, .failed): progress.failed += 1
    case (.build, _): progress.built += 1
    case (.fetch, _):
      progress.fetched += 1
      progress.fetchedBytes += bytes
    }
  }

  private mutating func update(
    _ kind: NixProgress.Item.Kind, _ path: StorePath, _ change: (inout NixProgress.Item) -> Void
  ) {
    let name = path.baseName
    guard
      let index = progress.items.lastIndex(where: { $0.kind == kind && $0.path == name && $0.state == .running })
    else { return }
    change(&progress.items[index])
  }

  /// Without what follows the cache's path, which may be a secret.
  private func shown(_ source: String) -> String {
    String(source.prefix { $0 != "?" && $0 != "#" }.prefix(200))
  }
}
