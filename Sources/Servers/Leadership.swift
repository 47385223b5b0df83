internal import Concurrency
public import Store

/// What this server knows of who leads. Safe from any task.
public final class Leadership: Sendable {
  /// What this server is.
  public enum Role: String, Sendable, Hashable {
    /// It writes, and answers everything.
    case leading
    /// Another one writes.
    case following
    /// It begins to lead, or leads no more and begins anew.
    case changing
  }

  /// What is known at one moment.
  public struct View: Sendable, Hashable {
    /// What this server is.
    public var role: Role
    /// The servers that share the database.
    public var servers: [ServerRecord] = []
    /// Counts what those who wait want to know.
    var changes = 0

    /// The server that has led last.
    public var leader: ServerRecord? { servers.leader }
  }

  private struct State {
    var view: View
    var waiting: [ObjectIdentifier: Wakeup] = [:]

    mutating func change() -> [Wakeup] {
      view.changes += 1
      defer { waiting = [:] }
      return Array(waiting.values)
    }
  }

  /// This server's id.
  public let id: String
  private let state: Lock<State>

  /// A server of this id; `role` is what it begins as, beside these servers.
  public init(id: String, role: Role, servers: [ServerRecord] = []) {
    self.id = id
    state = Lock(State(view: View(role: role, servers: servers)))
  }

  /// What is known now.
  public var now: View { state.withLock { $0.view } }

  /// True where this server answers everything.
  public var isLeading: Bool { state.withLock { $0.view.role == .leading } }

  /// This server is something else from now on.
  public func become(_ role: Role) {
    let woken = state.withLock { state in
      state.view.role = role
      return state.change()
    }
    for wakeup in woken { wakeup.signal() }
  }

  /// What the database says of the servers. Returns the leader where it is another one than before.
  @discardableResult
  func note(_ servers: [ServerRecord]) -> ServerRecord? {
    let (woken, changed) = state.withLock { state in
      let before = state.view.leader
      state.view.servers = servers
      let now = state.view.leader
      if before?.id == now?.id, before?.address == now?.address, before?.term == now?.term {
        return ([] as [Wakeup], nil as ServerRecord?)
      }
      return (state.change(), now)
    }
    for wakeup in woken { wakeup.signal() }
    return changed
  }

  /// Waits until something else is known of who leads than in `known`, at most so long, or until the task is cancelled.
  func change(from known: View, within time: Duration) async {
    let wakeup = Wakeup()
    let isOver = state.withLock { state in
      if state.view.changes != known.changes { return true }
      state.waiting[ObjectIdentifier(wakeup)] = wakeup
      return false
    }
    if isOver { return }
    let timer = Task {
      try? await Task.sleep(for: time)
      wakeup.signal()
    }
    await wakeup.wait()
    timer.cancel()
    state.withLock { $0.waiting[ObjectIdentifier(wakeup)] = nil }
  }
}
