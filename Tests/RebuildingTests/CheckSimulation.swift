import Model
import Queue
import Testing

@testable import Rebuilding

/// Hours of checks of hundreds of repositories in a moment: hosts that go and come back, wishes, repositories that come
/// and go, and what has to hold whatever happens.
@Suite struct CheckSimulation {
  private struct Check {
    var start: CheckQueue.Start
    var begun: Duration
    var ends: Duration
  }

  @Test(arguments: 1...8)
  func `every repository is checked in time, and no host is flooded`(seed: UInt64) {
    var world = World(seed: seed)
    world.run(until: .seconds(2 * 3600))
    #expect(world.problems.isEmpty)
    #expect(world.checks > 2000)
    // All hosts are back for longer than the longest pause: nothing was left behind.
    world.healAll()
    let healed = world.now
    world.run(until: world.now + .seconds(900))
    let late = world.repositories.filter { id, _ in (world.lastCheck[id] ?? .zero) < healed }
    #expect(late.isEmpty)
    #expect(world.problems.isEmpty)
  }

  private struct World {
    var queue = CheckQueue()
    var random: SeededGenerator
    var now = Duration.zero
    var repositories: [RepositoryID: (host: String?, every: Duration)] = [:]
    var failures: [RepositoryID: Int] = [:]
    var lastCheck: [RepositoryID: Duration] = [:]
    var down: Set<String> = []
    /// No host goes any more.
    var isCalm = false
    /// Since when a host is up.
    var upSince: [String: Duration] = [:]
    var running: [RepositoryID: Check] = [:]
    var problems: [String] = []
    var checks = 0
    var lastID = 0

    init(seed: UInt64) {
      random = SeededGenerator(seed: seed)
      for _ in 0..<100 { register() }
    }

    mutating func register() {
      lastID += 1
      let id = RepositoryID(lastID)
      let host = Int.random(in: 0...5, using: &random)
      let every = Duration.seconds([15, 30, 60, 300][Int.random(in: 0...3, using: &random)])
      repositories[id] = (host == 0 ? nil : "host\(host)", every)
      lastCheck[id] = now
      queue.set(
        id, host: repositories[id]?.host, every: every, dueIn: .seconds(Int.random(in: -100...100, using: &random)),
        at: now, &random)
    }

    mutating func healAll() {
      for host in down { upSince[host] = now }
      down = []
      isCalm = true
    }

    mutating func run(until end: Duration) {
      var nextEvent = now
      while now < end {
        begin()
        let soonest = [running.values.map(\.ends).min(), queue.next, nextEvent].compactMap { $0 }.min() ?? end
        // Time never stands still, so a queue that asks to be called at once for ever would be found.
        now = max(soonest, now + .milliseconds(1))
        // In an order of its own, so that a seed always gives the same story.
        let ended = running.values.filter { $0.ends <= now }.sorted { $0.start.id < $1.start.id }
        for check in ended { finish(check) }
        if now >= nextEvent {
          happen()
          nextEvent = now + .milliseconds(Int.random(in: 100...20_000, using: &random))
        }
      }
    }

    mutating func begin() {
      for start in queue.starts(at: now) {
        if running[start.id] != nil { problems.append("\(start.id) is checked twice at once") }
        let isDown = repositories[start.id]?.host.map(down.contains) ?? false
        let time = isDown ? 30_000 : Int.random(in: 5...2000, using: &random)
        running[start.id] = Check(start: start, begun: now, ends: now + .milliseconds(time))
        checks += 1
      }
      if running.count > 16 { problems.append("\(running.count) checks at once") }
      for host in 1...5 {
        let count = running.values.count { $0.start.cause == nil && repositories[$0.start.id]?.host == "host\(host)" }
        if count > 8 { problems.append("\(count) checks of host\(host) at once") }
      }
    }

    mutating func finish(_ check: Check) {
      let id = check.start.id
      running[id] = nil
      guard let (host, every) = repositories[id] else { return }
      let isDown = host.map(down.contains) ?? false
      lateness(id, host, every)
      lastCheck[id] = now
      failures[id] = isDown ? failures[id, default: 0] + 1 : 0
      let outcome = isDown ? CheckQueue.Outcome.failed(failures: failures[id] ?? 1, isSilent: true) : .answered
      let delay = queue.delay(after: outcome, of: id, at: now, &random)
      if delay < every * 0.89 { problems.append("\(id) is due again after \(delay)") }
      queue.ended(id, dueIn: delay, at: now)
    }

    /// A repository whose host has been there all the time, or for long enough, is checked in time.
    mutating func lateness(_ id: RepositoryID, _ host: String?, _ every: Duration) {
      if let host, down.contains(host) { return }
      let since = max(lastCheck[id] ?? .zero, host.flatMap { upSince[$0] } ?? .zero)
      // The longest pause of a host and of a repository, what waits before it, and the check itself.
      let allowed = host == nil ? every * 1.1 + .seconds(100) : every * 1.1 + .seconds(800)
      if now - since > allowed { problems.append("\(id) waited \(now - since)") }
    }

    mutating func happen() {
      let host = "host\(Int.random(in: 1...5, using: &random))"
      switch Int.random(in: 0...9, using: &random) {
      case 0 where !down.contains(host) && !isCalm: down.insert(host)
      case 0...2:
        if down.remove(host) != nil { upSince[host] = now }
      case 3: register()
      case 4:
        if let id = repositories.keys.min(), repositories.count > 60 {
          repositories[id] = nil
          running[id] = nil
          queue.remove(id, at: now)
        }
      default:
        let cause: CheckCause = Bool.random(using: &random) ? .webhook : .request
        if let id = repositories.keys.sorted().randomElement(using: &random) { _ = queue.request(id, cause, at: now) }
      }
    }
  }
}
