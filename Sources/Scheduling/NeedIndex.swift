internal import Model

/// Numbers what waiting builds need, and knows which needs each kind of agent meets, so that this is found out once for
/// a need and a kind of agent rather than for each claim.
struct NeedIndex: Sendable {
  /// How many kinds of agents are remembered; there are rarely more than a few.
  static let kindLimit = 256

  private struct Need {
    var requirement: AgentRequirement
    var count: Int
  }

  private var numbers: [AgentRequirement: Int] = [:]
  private var needs: [Int: Need] = [:]
  private var kinds: [QueueOffer.Abilities: Set<Int>] = [:]
  private var last = 0

  var isEmpty: Bool { needs.isEmpty && numbers.isEmpty && kinds.values.allSatisfy(\.isEmpty) }

  /// The number of a need that builds have.
  func number(of requirement: AgentRequirement) -> Int? { numbers[requirement] }

  /// A build has this need. Returns its number.
  mutating func add(_ requirement: AgentRequirement) -> Int {
    if let number = numbers[requirement] {
      needs[number]?.count += 1
      return number
    }
    last += 1
    numbers[requirement] = last
    needs[last] = Need(requirement: requirement, count: 1)
    // An array of them, so that the sets are changed in place and not copied; so below.
    for kind in Array(kinds.keys) where requirement.isMet(drivers: kind.drivers, labels: kind.labels) {
      kinds[kind]?.insert(last)
    }
    return last
  }

  /// A build with this need has gone.
  mutating func release(_ number: Int) {
    guard var need = needs[number] else { return }
    need.count -= 1
    if need.count > 0 {
      needs[number] = need
      return
    }
    needs[number] = nil
    numbers[need.requirement] = nil
    for kind in Array(kinds.keys) { kinds[kind]?.remove(number) }
  }

  /// The needs that an agent meets.
  mutating func met(by kind: QueueOffer.Abilities) -> Set<Int> {
    if let known = kinds[kind] { return known }
    if kinds.count >= Self.kindLimit { kinds = [:] }
    let met = needs.filter { $0.value.requirement.isMet(drivers: kind.drivers, labels: kind.labels) }
    kinds[kind] = Set(met.keys)
    return Set(met.keys)
  }
}
