internal import Concurrency
internal import Model
internal import Queue

/// Hands stored changes to whoever listens. A listener that is too slow loses what it has not read and is told so; it
/// never slows down others.
final class EventHub: Sendable {
  /// How many changes wait for a listener before it has missed some.
  static let bufferLimit = 256

  private struct State {
    var next: UInt64 = 0
    var buffers: [EventFilter: [UInt64: EventBuffer]] = [:]
    var isFinished = false
    /// Hears of everything, in the form that other servers understand.
    var sink: (@Sendable (String) -> Void)?
  }

  private let state = Lock(State())

  var subscribers: Int { state.withLock { $0.buffers.values.reduce(0) { $0 + $1.count } } }

  /// True where somebody listens to all of an owner's builds.
  var hasOwners: Bool { state.withLock { $0.buffers.keys.contains { if case .owner = $0 { true } else { false } } } }

  /// All changes from now on. The subscription ends when its last iterator is gone.
  func subscribe(_ filter: EventFilter) -> EventSubscription {
    let buffer = EventBuffer(limit: Self.bufferLimit)
    let id = state.withLock { state in
      state.next += 1
      if state.isFinished {
        buffer.finish()
      } else {
        state.buffers[filter, default: [:]][state.next] = buffer
      }
      return state.next
    }
    let membership = Membership { [weak self] in self?.unsubscribe(filter, id) }
    return EventSubscription(
      AsyncStream {
        // The membership lives as long as this closure, that is as long as somebody can still read.
        await membership.reading(buffer)
      })
  }

  /// Hands changes of one build on, in this order.
  func publish(_ events: [BuildEvent], build: BuildID, owner: UserID) {
    tell(events.compactMap { ChangeNotice($0, build: build, owner: owner) })
    publish(events, to: [.build(build), .owner(owner)])
  }

  /// Hands a change of a repository on.
  func publish(_ repository: RepositoryID, owner: UserID) {
    tell([.repository(repository, owner)])
    publish([.repository(repository)], to: [.owner(owner)])
  }

  /// Hands on what another server has told.
  func publish(_ event: BuildEvent, to filters: [EventFilter]) { publish([event], to: filters) }

  /// All listeners have missed something.
  func missForAll() {
    let buffers = state.withLock { $0.buffers.values.flatMap(\.values) }
    for buffer in buffers { buffer.miss() }
  }

  /// Whether anybody listens.
  func isHeard(_ filter: EventFilter) -> Bool { state.withLock { $0.buffers[filter] != nil } }

  /// Has `sink` hear of all that this server changes itself.
  func relay(to sink: @escaping @Sendable (String) -> Void) { state.withLock { $0.sink = sink } }

  private func tell(_ notices: [ChangeNotice]) {
    guard !notices.isEmpty, let sink = state.withLock({ $0.sink }) else { return }
    for notice in notices { sink(notice.line) }
  }

  /// Tells everybody that something about agents is new.
  func publishAgents() {
    tell([.agents])
    handOnAgents()
  }

  /// Another server has told that something about agents is new.
  func handOnAgents() {
    let owners = state.withLock { state in state.buffers.keys.filter { if case .owner = $0 { true } else { false } } }
    publish([.agents], to: Array(owners))
  }

  private func publish(_ events: [BuildEvent], to filters: [EventFilter]) {
    guard !events.isEmpty else { return }
    state.withLock { state in
      for filter in filters {
        for buffer in (state.buffers[filter] ?? [:]).values { buffer.append(events) }
      }
    }
  }

  /// Ends all subscriptions, present and future.
  func finish() {
    let buffers = state.withLock { state in
      state.isFinished = true
      defer { state.buffers = [:] }
      return state.buffers.values.flatMap(\.values)
    }
    for buffer in buffers { buffer.finish() }
  }

  private func unsubscribe(_ filter: EventFilter, _ id: UInt64) {
    state.withLock { state in
      state.buffers[filter]?[id] = nil
      if state.buffers[filter]?.isEmpty == true { state.buffers[filter] = nil }
    }
  }

  private final class Membership: Sendable {
    private let leave: @Sendable () -> Void
    init(leave: @escaping @Sendable () -> Void) { self.leave = leave }
    deinit { leave() }
    func reading(_ buffer: EventBuffer) async -> BuildEvent? { await buffer.next() }
  }
}

/// What waits for one listener.
final class EventBuffer: Sendable {
  private struct State {
    var events: [BuildEvent] = []
    var head = 0
    var hasMissed = false
    var isFinished = false
    var reader: CheckedContinuation<BuildEvent?, Never>?

    /// The outer nil: nothing to say yet.
    mutating func take() -> BuildEvent?? {
      if hasMissed {
        hasMissed = false
        return .some(.missed)
      }
      guard head < events.count else { return isFinished ? .some(nil) : nil }
      defer {
        head += 1
        if head == events.count {
          events.removeAll(keepingCapacity: false)
          head = 0
        }
      }
      return .some(events[head])
    }
  }

  private let limit: Int
  private let state = Lock(State())

  init(limit: Int) { self.limit = limit }

  func append(_ events: [BuildEvent]) {
    change { state in
      if state.isFinished { return }
      state.events += events
      guard state.events.count - state.head > limit else { return }
      // The listener has to read the present state anew, which includes all that waits here.
      state.events = []
      state.head = 0
      state.hasMissed = true
    }
  }

  func finish() { change { $0.isFinished = true } }

  /// The listener has to read the present state anew.
  func miss() { change { $0.hasMissed = true } }

  /// The next change; nil at the end or when the task is cancelled.
  func next() async -> BuildEvent? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let now = state.withLock { state -> BuildEvent?? in
          if Task.isCancelled { return .some(nil) }
          if let event = state.take() { return event }
          state.reader = continuation
          return nil
        }
        if let now { continuation.resume(returning: now) }
      }
    } onCancel: {
      let reader = state.withLock { state in
        defer { state.reader = nil }
        return state.reader
      }
      reader?.resume(returning: nil)
    }
  }

  private func change(_ body: (inout State) -> Void) {
    let woken = state.withLock { state -> (CheckedContinuation<BuildEvent?, Never>, BuildEvent?)? in
      body(&state)
      guard let reader = state.reader, let event = state.take() else { return nil }
      state.reader = nil
      return (reader, event)
    }
    woken?.0.resume(returning: woken?.1)
  }
}
