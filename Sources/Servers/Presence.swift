internal import Concurrency
public import Lifecycle
public import Model
public import Store

/// Says every two seconds that this server lives, sees who else does, and hands on what servers tell each other.
public final class Presence: Service {
  /// What becomes of what is noticed.
  public struct Hooks: Sendable {
    /// A line that the server that leads has told those that follow, on one of them.
    public var heard: @Sendable (String) async -> Void
    /// Lines may be missing.
    public var missed: @Sendable () async -> Void
    /// Another server leads, although this one does.
    public var overtaken: @Sendable () -> Void
    /// The connection to the database was lost, and there is a new one.
    public var reconnected: @Sendable () async -> Void

    /// Hooks.
    public init(
      heard: @escaping @Sendable (String) async -> Void, missed: @escaping @Sendable () async -> Void,
      overtaken: @escaping @Sendable () -> Void, reconnected: @escaping @Sendable () async -> Void
    ) {
      self.heard = heard
      self.missed = missed
      self.overtaken = overtaken
      self.reconnected = reconnected
    }
  }

  private struct State {
    var own: ServerRecord
    /// The term that this server leads in; nil where it does not.
    var term: Int64?
    /// Until when others are taken to listen.
    var listeners: [String: ContinuousClock.Instant] = [:]
    var isUnanswered = false
  }

  /// How often servers say that they live.
  public static let interval: Duration = .seconds(2)
  /// Who listens says so at each beat.
  private static let listening: Duration = .seconds(20)
  /// Servers that were not heard of for so long are forgotten.
  private static let memory: Duration = .seconds(86_400)

  /// For the log.
  public let name = "presence"
  private let link: any ServerLink
  private let leadership: Leadership
  private let hooks: Hooks
  private let clock: @Sendable () -> Timestamp
  private let log: Logger
  private let state: Lock<State>
  private let wanted = Wakeup()

  /// The presence of `own` among the servers that `link` leads to.
  public init(
    of own: ServerRecord, on link: any ServerLink, _ leadership: Leadership, hooks: Hooks,
    clock: @escaping @Sendable () -> Timestamp, log: Logger
  ) {
    state = Lock(State(own: own))
    self.link = link
    self.leadership = leadership
    self.hooks = hooks
    self.clock = clock
    self.log = log
  }

  /// What this server is, with the time now.
  public var own: ServerRecord {
    var own = state.withLock { $0.own }
    own.seenAt = clock()
    return own
  }

  /// This server is reached here.
  public func listens(at address: String) {
    state.withLock { $0.own.address = address }
    link.tell(["servers"])
    wanted.signal()
  }

  /// This server leads in this term.
  public func leads(in term: Int64) {
    state.withLock { state in
      state.term = term
      state.listeners = [:]
    }
    link.tell(["servers"])
    wanted.signal()
  }

  /// Tells the servers that follow, where there are any.
  public func tell(_ line: String) {
    let isHeard = state.withLock { $0.term != nil && !$0.listeners.isEmpty }
    if isHeard { link.tell([line]) }
  }

  /// Runs until cancelled; then the others are told that this server has gone.
  public func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.beat() }
      group.addTask { await self.listen() }
      await group.waitForAll()
    }
    let id = leadership.id
    // In a task of its own: this one was cancelled.
    await Task { [link] in
      _ = try? await link.run { try $0.forget(server: id) }
      link.tell(["servers"])
    }.value
  }

  private func beat() async {
    var silence = SilenceWatch()
    let clock = ContinuousClock()
    let start = clock.now
    while !Task.isCancelled {
      do {
        try await look(&silence, at: clock.now - start)
        if state.withLock({ state in
          defer { state.isUnanswered = false }
          return state.isUnanswered
        }) {
          log.info("database answers again")
        }
      } catch {
        let isFirst = state.withLock { state in
          defer { state.isUnanswered = true }
          return !state.isUnanswered
        }
        if isFirst, !Task.isCancelled { log.warning("database does not answer", ["error": "\(error)"]) }
      }
      let timer = Task { [wanted] in
        guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
        wanted.signal()
      }
      await wanted.wait()
      timer.cancel()
    }
  }

  private func look(_ silence: inout SilenceWatch, at uptime: Duration) async throws {
    let (own, old) = (own, clock() + (.zero - Self.memory))
    let (servers, term) = try await link.run { connection in
      try connection.note(own)
      try connection.forgetServers(silentSince: old)
      return (try connection.servers(), try connection.term())
    }
    let changed = leadership.note(servers)
    if let changed, changed.id != own.id, !changed.address.isEmpty {
      log.info("another server leads", ["server": changed.id, "address": changed.address, "term": "\(changed.term)"])
    }
    if let mine = state.withLock({ $0.term }) {
      if term > mine { hooks.overtaken() }
      state.withLock { $0.listeners = $0.listeners.filter { .now < $0.value } }
      return
    }
    link.tell(["here \(own.id)"])
    if let leader = servers.leader, leader.id != own.id, silence.isSilent(leader, at: uptime) {
      log.warning(
        "leading server is silent, its connection is ended", ["server": leader.id, "address": leader.address])
      try await link.endLeader()
    }
  }

  private func listen() async {
    var isFirst = true
    for await message in link.messages() {
      if Task.isCancelled { return }
      switch message {
      case .gap:
        await hooks.missed()
        link.tell(["joined \(leadership.id)"])
        wanted.signal()
        if !isFirst { await hooks.reconnected() }
        isFirst = false
      case .line(let line): await take(line)
      }
    }
  }

  /// From here on a server that listens is told everything; what was before it has to read.
  private func noteListener(_ id: String, isNew: Bool) {
    let isWelcome = state.withLock { state in
      guard state.term != nil, id != state.own.id else { return false }
      let known = state.listeners.updateValue(.now + Self.listening, forKey: id)
      return isNew || known.map { $0 < .now } ?? true
    }
    if isWelcome { link.tell(["welcome"]) }
  }

  private func take(_ line: String) async {
    if line == "servers" { return wanted.signal() }
    for word in ["joined ", "here "] where line.hasPrefix(word) {
      return noteListener(String(line.dropFirst(word.count)), isNew: word == "joined ")
    }
    if leadership.isLeading { return }
    if line == "welcome" { await hooks.missed() } else { await hooks.heard(line) }
  }
}
