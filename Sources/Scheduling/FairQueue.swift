internal import Model
internal import Store

/// The builds that wait, and whose turn it is.
///
/// Builds that an agent had already come first. Otherwise the line (a namespace, or an owner's builds outside of any)
/// that was served longest ago is next, and in it the oldest build that the agent can take.
///
/// Builds are kept by what they need, and the lines by whose turn it is for each need, so that a claim looks at the needs
/// that its agent meets and not at the builds.
struct FairQueue: Sendable {
  /// Whose builds an agent takes.
  private enum Scope: Hashable {
    case everybody
    case owner(UserID)
  }

  /// Builds of one line that need the same.
  private struct Place: Hashable {
    var line: QueueLine
    var need: Int
  }

  private var entries: [BuildID: QueuedBuild] = [:]
  private var needs = NeedIndex()
  private var pools: [Scope: QueuePool] = [:]
  private var waiting: [Place: OldestFirst] = [:]
  private var served: [QueueLine: Int64]
  /// Counts the builds that were taken; the last line served has the highest.
  private(set) var turn: Int64

  /// An empty queue; `served` says at which turn each line was last served.
  init(served: [QueueLine: Int64] = [:]) {
    self.served = served
    turn = served.values.max() ?? 0
  }

  var count: Int { entries.count }

  /// True where nothing is kept of builds that have gone.
  var isClean: Bool { entries.isEmpty && waiting.isEmpty && pools.isEmpty && needs.isEmpty }

  /// Adds a build; one that is there already is left where it is.
  mutating func insert(_ entry: QueuedBuild) {
    guard entries[entry.id] == nil else { return }
    entries[entry.id] = entry
    let need = needs.add(entry.needs)
    if !entry.isRequeued {
      waiting[Place(line: entry.line, need: need), default: OldestFirst()].insert(entry.id)
    }
    let key = QueueTurn(turn: served[entry.line] ?? 0, build: entry.id)
    for scope in [.everybody, Scope.owner(entry.owner)] {
      pools[scope, default: QueuePool()].insert(entry, key, need: need)
    }
  }

  /// Takes a build out of the queue whose turn has not come. False where it is not there.
  @discardableResult
  mutating func remove(_ id: BuildID) -> Bool {
    guard let entry = entries.removeValue(forKey: id), let need = needs.number(of: entry.needs) else { return false }
    let entries = entries
    if !entry.isRequeued {
      let place = Place(line: entry.line, need: need)
      waiting[place]?.dropFirst { entries[$0]?.isRequeued != false }
      if waiting[place]?.first == nil { waiting[place] = nil }
    }
    for scope in [.everybody, Scope.owner(entry.owner)] {
      pools[scope]?.remove(entry, need: need) { entries[$0]?.isRequeued != true }
      if pools[scope]?.isEmpty == true { pools[scope] = nil }
    }
    needs.release(need)
    return true
  }

  /// Takes the build whose turn it is among those that an agent with this offer can take.
  mutating func next(for offer: QueueOffer) -> QueuedBuild? {
    first(for: offer).flatMap { entries[$0] }.map { take($0) }
  }

  private mutating func first(for offer: QueueOffer) -> BuildID? {
    let scope = offer.owner.map(Scope.owner) ?? .everybody
    // Taken out and put back, so that it is changed in place.
    guard var pool = pools.removeValue(forKey: scope) else { return nil }
    defer { pools[scope] = pool }
    let met = needs.met(by: offer.abilities)
    return pool.oldestRequeued(among: met)
      ?? pool.next(among: met) { line, need in
        waiting[Place(line: line, need: need)]?.first.map { QueueTurn(turn: served[line] ?? 0, build: $0) }
      }
  }

  private mutating func take(_ entry: QueuedBuild) -> QueuedBuild {
    remove(entry.id)
    turn += 1
    served[entry.line] = turn
    return entry
  }
}

/// What an agent can take, as the queue sees it.
struct QueueOffer: Sendable, Hashable {
  /// What decides which needs it meets.
  struct Abilities: Sendable, Hashable {
    var drivers: Set<String>
    var labels: [String: String]
  }
  var abilities: Abilities
  /// Whose builds it takes; nil for everybody's.
  var owner: UserID?

  init(drivers: Set<String>, labels: [String: String] = [:], owner: UserID? = nil) {
    abilities = Abilities(drivers: drivers, labels: labels)
    self.owner = owner
  }

  /// True where it can take the build.
  func suits(_ entry: QueuedBuild) -> Bool {
    (owner == nil || owner == entry.owner)
      && entry.needs.isMet(drivers: abilities.drivers, labels: abilities.labels)
  }
}
