internal import Concurrency
internal import Model
internal import Queue

/// When which repository is checked: a plain value that is told of times and events and says what to do.
///
/// A repository is checked by one task at a time. What is due waits by host, so that a host which does not answer, or
/// has many repositories, does not keep the others waiting; hosts take turns. What somebody asked for goes first.
struct CheckQueue: Sendable {
  /// How many checks may be under way at once.
  struct Limits: Sendable, Hashable {
    /// Of all hosts.
    var sideBySide = 16
    /// Of one host; repositories on this machine have none.
    var perHost = 8
    /// Between the end of a check and the next one that a forge asks for.
    var webhookGap = Duration.seconds(1)
    /// What is overdue at the start is spread over this time.
    var spread = Duration.seconds(30)
    /// The longest pause between checks that fail.
    var longestPause = Duration.seconds(300)
  }

  /// A check to begin.
  struct Start: Sendable, Hashable {
    var id: RepositoryID
    /// Why it is made before its time; nil where it is due.
    var cause: CheckCause?
  }

  /// How a check ended.
  enum Outcome: Sendable, Hashable {
    /// The repository answered.
    case answered
    /// It could not be checked, `failures` times in a row; `isSilent` where its host did not answer at all.
    case failed(failures: Int, isSilent: Bool)

    /// The host has said something, be it a refusal.
    var isHeard: Bool { if case .failed(_, isSilent: true) = self { false } else { true } }
  }

  private enum Timer: Hashable { case repository(RepositoryID), host(String) }

  private struct Entry {
    var host: String?
    var every: Duration
    var isRunning = false
    var isWaiting = false
    /// Why the waiting or the running one is made before its time.
    var cause: CheckCause?
    /// Another check is wanted when the running one has ended.
    var again: CheckCause?
    var lastEnd: Duration?
  }

  private struct Host {
    var health = HostHealth()
    var waiting = Fifo<RepositoryID>()
    var running = 0
    var isInTurn = false
  }

  let limits: Limits
  private var entries: [RepositoryID: Entry] = [:]
  private var hosts: [String: Host] = [:]
  private var timers = TimeQueue<Timer>()
  /// Asked for by somebody.
  private var wanted = Fifo<RepositoryID>()
  /// Hosts with something to start.
  private var turns = Fifo<String>()
  private(set) var running = 0

  init(limits: Limits = Limits()) { self.limits = limits }

  /// How many repositories there are.
  var count: Int { entries.count }
  /// When `starts` has to be called again, if nothing else happens.
  var next: Duration? {
    mutating get { timers.next }
  }
  /// How many hosts do not answer.
  var silentHosts: Int { hosts.values.count { $0.health.failures > 0 } }
}

extension CheckQueue {
  /// Takes a repository up, or changes it. The next check is due after `delay`; what is overdue is spread.
  mutating func set(
    _ id: RepositoryID, host: String?, every: Duration, dueIn delay: Duration, at now: Duration,
    _ random: inout some RandomNumberGenerator
  ) {
    var entry = entries[id] ?? Entry(host: host, every: every)
    entry.every = every
    entries[id] = entry
    let overdue = min(every, limits.spread) * Double.random(in: 0...1, using: &random)
    timers.set(.repository(id), at: now + (delay > .zero ? min(delay, every * 1.1) : overdue))
  }

  /// Forgets a repository; a check that is under way goes on, and its end is nothing to the queue.
  mutating func remove(_ id: RepositoryID, at now: Duration) {
    guard let entry = entries.removeValue(forKey: id) else { return }
    timers.remove(.repository(id))
    if entry.isRunning { finish(entry, at: now) }
  }

  /// Somebody wants a check now. One that is under way is followed by another, since it may have begun too early.
  /// False where there is no such repository.
  mutating func request(_ id: RepositoryID, _ cause: CheckCause, at now: Duration) -> Bool {
    guard var entry = entries[id] else { return false }
    defer { entries[id] = entry }
    if entry.isRunning {
      entry.again = stronger(entry.again, cause)
    } else if let end = entry.lastEnd, cause == .webhook, now < end + limits.webhookGap {
      entry.cause = stronger(entry.cause, cause)
      timers.set(.repository(id), at: end + limits.webhookGap)
    } else {
      entry.cause = stronger(entry.cause, cause)
      timers.remove(.repository(id))
      wanted.append(id)
    }
    return true
  }

  /// What is to be begun now.
  mutating func starts(at now: Duration) -> [Start] {
    for timer in timers.due(at: now) {
      switch timer {
      case .repository(let id): enlist(id)
      case .host(let host): giveTurn(host, at: now)
      }
    }
    var starts: [Start] = []
    while running < limits.sideBySide, let id = wanted.popFirst() {
      // One that somebody wanted twice has begun, and perhaps ended, already.
      if entries[id]?.cause != nil, let start = begin(id) { starts.append(start) }
    }
    while running < limits.sideBySide, let host = turns.popFirst() {
      hosts[host]?.isInTurn = false
      while hasRoom(host, at: now), let id = hosts[host]?.waiting.popFirst() {
        guard entries[id]?.isWaiting == true, let start = begin(id) else { continue }
        starts.append(start)
        break
      }
      giveTurn(host, at: now)
    }
    return starts
  }

  /// How long after a check that ends now the next one is due. Tells what it learns of the host to the host's other
  /// repositories. Call it before `ended`, which takes the time that it returns.
  mutating func delay(
    after outcome: Outcome, of id: RepositoryID, at now: Duration, _ random: inout some RandomNumberGenerator
  ) -> Duration {
    guard let entry = entries[id] else { return .zero }
    if outcome.isHeard, let host = entry.host, hosts[host]?.health.succeed() == true { recover(host, at: now, &random) }
    switch outcome {
    case .answered:
      return entry.every * Double.random(in: 0.9...1.1, using: &random)
    case .failed(let failures, let isSilent):
      let longest = max(entry.every, limits.longestPause)
      let own = HostHealth.pause(after: failures, first: entry.every, longest: longest)
      let delay = own * Double.random(in: 0.9...1.1, using: &random)
      guard isSilent, let host = entry.host else { return delay }
      let end = hosts[host, default: Host()].health.fail(at: now, &random)
      timers.set(.host(host), at: end)
      return max(delay, end - now)
    }
  }

  /// A check has ended; the next one is due after `delay`, or at once where somebody asked for it meanwhile.
  mutating func ended(_ id: RepositoryID, dueIn delay: Duration, at now: Duration) {
    guard var entry = entries[id], entry.isRunning else { return }
    finish(entry, at: now)
    entry.isRunning = false
    entry.lastEnd = now
    let again = entry.again
    (entry.again, entry.cause) = (nil, nil)
    entries[id] = entry
    timers.set(.repository(id), at: now + delay)
    if let again { _ = request(id, again, at: now) }
  }
}

extension CheckQueue {
  private static let local = ""

  /// A person's wish before a forge's.
  private func stronger(_ one: CheckCause?, _ other: CheckCause) -> CheckCause {
    one == .request ? .request : other
  }

  private func hasRoom(_ host: String, at now: Duration) -> Bool {
    guard host != Self.local, let found = hosts[host] else { return true }
    return found.running < found.health.room(at: now, limit: limits.perHost)
  }

  /// Lets a repository wait for its host's turn.
  private mutating func enlist(_ id: RepositoryID) {
    guard let entry = entries[id], !entry.isRunning, !entry.isWaiting else { return }
    if entry.cause != nil { return wanted.append(id) }
    let host = entry.host ?? Self.local
    entries[id]?.isWaiting = true
    hosts[host, default: Host()].waiting.append(id)
    if hosts[host]?.isInTurn == false {
      hosts[host]?.isInTurn = true
      turns.append(host)
    }
  }

  /// Lets a host have its turn, where it has something to start and room for it.
  private mutating func giveTurn(_ host: String, at now: Duration) {
    guard let found = hosts[host], !found.isInTurn, !found.waiting.isEmpty, hasRoom(host, at: now) else { return }
    hosts[host]?.isInTurn = true
    turns.append(host)
  }

  private mutating func begin(_ id: RepositoryID) -> Start? {
    guard var entry = entries[id], !entry.isRunning else { return nil }
    (entry.isRunning, entry.isWaiting) = (true, false)
    entries[id] = entry
    timers.remove(.repository(id))
    running += 1
    if let host = entry.host { hosts[host, default: Host()].running += 1 }
    return Start(id: id, cause: entry.cause)
  }

  private mutating func finish(_ entry: Entry, at now: Duration) {
    running -= 1
    guard let host = entry.host else { return }
    hosts[host]?.running -= 1
    giveTurn(host, at: now)
  }

  /// A host answers again: what was put off because of it is due soon.
  private mutating func recover(_ host: String, at now: Duration, _ random: inout some RandomNumberGenerator) {
    timers.remove(.host(host))
    for (id, entry) in entries where entry.host == host && !entry.isRunning {
      let soon = now + min(entry.every, limits.spread) * Double.random(in: 0...1, using: &random)
      if let time = timers.time(of: .repository(id)), time > soon { timers.set(.repository(id), at: soon) }
    }
    giveTurn(host, at: now)
  }
}

/// First in, first out.
struct Fifo<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    defer {
      head += 1
      // Often enough that memory is bounded, seldom enough that it costs nothing.
      if head > 64, head * 2 > elements.count {
        elements.removeFirst(head)
        head = 0
      }
    }
    return elements[head]
  }
}
