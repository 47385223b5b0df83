internal import Model
internal import Queue
internal import Store

/// The agents that this server has heard of. A plain value: it decides what has to be stored, and when an agent counts as
/// gone; the scheduler does it.
struct AgentBook: Sendable {
  /// An agent is known by its owner and name.
  struct Key: Sendable, Hashable {
    var owner: UserID
    var name: String
  }

  /// An agent.
  struct Entry: Sendable {
    var id: AgentID
    var description: StoredAgent.Description
    var isDraining: Bool
    /// When it was last heard of, by the clock's `uptime` and by the time of day.
    var seen: Duration
    var seenAt: Timestamp
    /// Processes that another one has taken the place of.
    var replaced: [String] = []
    /// True where it was heard of since that was stored.
    var isDirty = false
    var isOnline = true
  }

  /// What a contact leads to.
  enum Decision: Sendable, Equatable {
    /// Nothing has to be stored now.
    case known(AgentOrder)
    /// The agent is new, or something about it is.
    case store
    /// Another process with this name has taken its place.
    case replaced
  }

  private(set) var entries: [Key: Entry] = [:]
  private var keys: [AgentID: Key] = [:]

  subscript(key: Key) -> Entry? { entries[key] }
  /// The agent of this number.
  func entry(of id: AgentID) -> Entry? { keys[id].flatMap { entries[$0] } }

  /// An agent says what it is.
  mutating func note(
    _ description: StoredAgent.Description, of key: Key, at now: Duration, _ time: Timestamp
  ) -> Decision {
    guard var entry = entries[key] else { return .store }
    if entry.isOnline, entry.replaced.contains(description.instance) { return .replaced }
    var known = entry.description
    known.machine = description.machine
    // The machine's load changes all the time and is stored with the contact.
    guard known == description, entry.isOnline else { return .store }
    entry.description = description
    (entry.seen, entry.seenAt, entry.isDirty) = (now, time, true)
    entries[key] = entry
    return .known(entry.isDraining ? .drain : .work)
  }

  /// What was stored of an agent. Returns whether it is to work.
  mutating func put(_ agent: StoredAgent, at now: Duration) -> AgentOrder {
    let key = Key(owner: agent.owner, name: agent.name)
    var entry = Entry(
      id: agent.id, description: agent.description, isDraining: agent.isDraining, seen: now, seenAt: agent.seenAt)
    if let before = entries[key], !before.description.instance.isEmpty {
      entry.replaced = before.replaced.filter { $0 != agent.description.instance }
      if before.description.instance != agent.description.instance {
        entry.replaced.append(before.description.instance)
      }
      // More than a few at once are a fault in how agents are named, which the first of them are told of.
      entry.replaced = entry.replaced.suffix(16)
    }
    entries[key] = entry
    keys[agent.id] = key
    return agent.isDraining ? .drain : .work
  }

  /// An agent was heard of in another way: it renews a lease, or waits for a build.
  mutating func touch(_ id: AgentID, at now: Duration, _ time: Timestamp) {
    guard let key = keys[id], var entry = entries[key] else { return }
    (entry.seen, entry.seenAt, entry.isDirty) = (now, time, true)
    entry.isOnline = true
    entries[key] = entry
  }

  mutating func setDraining(_ id: AgentID, _ isDraining: Bool) {
    if let key = keys[id] { entries[key]?.isDraining = isDraining }
  }

  mutating func remove(_ id: AgentID) {
    if let key = keys.removeValue(forKey: id) { entries[key] = nil }
  }

  /// Takes what has to be stored of those that were heard of.
  mutating func takeDirty() -> [(id: AgentID, machine: String, at: Timestamp)] {
    var dirty: [(id: AgentID, machine: String, at: Timestamp)] = []
    for key in Array(entries.keys) where entries[key]?.isDirty == true {
      entries[key]?.isDirty = false
      if let entry = entries[key] { dirty.append((entry.id, entry.description.machine, entry.seenAt)) }
    }
    return dirty.sorted { $0.id < $1.id }
  }

  /// Those that were not heard of for so long count as gone from here on. True where there are some.
  mutating func expire(after limit: Duration, at now: Duration) -> Bool {
    var hasSome = false
    for key in Array(entries.keys) {
      guard let entry = entries[key], entry.isOnline, now - entry.seen > limit else { continue }
      entries[key]?.isOnline = false
      hasSome = true
    }
    return hasSome
  }

  /// How many agents are in each state, and their slots.
  var counts: [AgentState: Int] {
    var counts: [AgentState: Int] = [.online: 0, .draining: 0, .offline: 0]
    for entry in entries.values {
      counts[!entry.isOnline ? .offline : entry.isDraining ? .draining : .online, default: 0] += 1
    }
    return counts
  }

  /// The slots of those that are heard of.
  var slots: Int { entries.values.filter(\.isOnline).reduce(0) { $0 + $1.description.slots } }
}
