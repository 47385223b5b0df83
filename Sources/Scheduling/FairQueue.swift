internal import Model
internal import Store

/// The builds that wait, and whose turn it is.
///
/// Builds that an agent had already come first. Otherwise the line (a namespace, or an owner's builds outside of any)
/// that was served longest ago is next, and in it the oldest build that the agent has the driver for.
struct FairQueue: Sendable {
  private struct Line {
    /// By driver, oldest first.
    var builds: [String: FirstInFirstOut] = [:]
  }

  private var entries: [BuildID: QueuedBuild] = [:]
  private var requeued: [QueuedBuild] = []
  private var lines: [QueueLine: Line] = [:]
  private var served: [QueueLine: Int64]
  /// Counts the builds that were taken; the last line served has the highest.
  private(set) var turn: Int64

  /// An empty queue; `served` says at which turn each line was last served.
  init(served: [QueueLine: Int64] = [:]) {
    self.served = served
    turn = served.values.max() ?? 0
  }

  var count: Int { entries.count }

  /// Adds a build; one that is there already is left where it is.
  mutating func insert(_ entry: QueuedBuild) {
    guard entries.updateValue(entry, forKey: entry.id) == nil else { return }
    if entry.isRequeued {
      let index = requeued.firstIndex { entry.id < $0.id } ?? requeued.endIndex
      requeued.insert(entry, at: index)
    } else {
      lines[entry.line, default: Line()].builds[entry.driver, default: FirstInFirstOut()].append(entry.id)
    }
  }

  /// Takes a build out of the queue whose turn has not come. False where it is not there.
  @discardableResult
  mutating func remove(_ id: BuildID) -> Bool {
    guard let entry = entries.removeValue(forKey: id) else { return false }
    if entry.isRequeued {
      requeued.removeAll { $0.id == id }
    } else {
      clean(entry.line, entry.driver)
    }
    return true
  }

  /// Takes the build whose turn it is among those with one of these drivers.
  mutating func next(drivers: Set<String>) -> QueuedBuild? {
    if let entry = requeued.first(where: { drivers.contains($0.driver) }) { return take(entry) }
    let candidates = lines.compactMap { line, waiting -> (turn: Int64, entry: QueuedBuild)? in
      let oldest = drivers.compactMap { waiting.builds[$0]?.first }.min()
      return oldest.flatMap { entries[$0] }.map { (served[line] ?? 0, $0) }
    }
    let best = candidates.min { ($0.turn, $0.entry.id) < ($1.turn, $1.entry.id) }
    return best.map { take($0.entry) }
  }

  private mutating func take(_ entry: QueuedBuild) -> QueuedBuild {
    remove(entry.id)
    turn += 1
    served[entry.line] = turn
    return entry
  }

  /// Drops what was removed from the front of a line, and the line where nothing is left.
  private mutating func clean(_ line: QueueLine, _ driver: String) {
    lines[line]?.builds[driver]?.dropFirst { entries[$0] == nil }
    if lines[line]?.builds[driver]?.first == nil { lines[line]?.builds[driver] = nil }
    if lines[line]?.builds.isEmpty == true { lines[line] = nil }
  }
}

/// Builds in the order in which they came.
struct FirstInFirstOut: Sendable {
  private var ids: [BuildID] = []
  private var head = 0

  var first: BuildID? { head < ids.count ? ids[head] : nil }

  mutating func append(_ id: BuildID) { ids.append(id) }

  /// Drops from the front as long as `isGone` says so.
  mutating func dropFirst(while isGone: (BuildID) -> Bool) {
    while let id = first, isGone(id) { head += 1 }
    if head > 64, head > ids.count / 2 {
      ids.removeFirst(head)
      head = 0
    }
  }
}
