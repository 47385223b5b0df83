import ManualTime
import Model
import Planning
import Queue
import Store
import Testing

@testable import Scheduling

/// Agents, people, time and crashes in a random order that a seed decides. After each step the scheduler's answer is
/// compared with what the database says of the lease.
struct LeaseSimulation {
  private struct Agent {
    var assignment: Assignment
    /// Where it lives; nil for the server's own process.
    var process: AgentProcess?
    /// The position of the job that runs or is next.
    var position = 0
    var hasStarted = false
  }

  private var world: World
  private var numbers: SeededNumbers
  private var agents: [Agent] = []
  /// Agents that have lost their build and do not know it, or have ended it and go on all the same.
  private var zombies: [Agent] = []
  private var builds: [BuildID] = []
  private var ended: [BuildID: Status] = [:]
  /// How often the process of each of two other machines was started.
  private var starts = [0, 0]

  init(_ world: World, seed: UInt64) {
    self.world = world
    numbers = SeededNumbers(seed)
  }

  /// Takes `steps` random steps and then lets everything come to its end. Returns the world, perhaps restarted.
  mutating func run(steps: Int) async throws -> World {
    for _ in 0..<steps {
      try await step()
      try await checkBuilds()
    }
    try await finishAll()
    return world
  }

  private mutating func step() async throws {
    switch Int.random(in: 0..<100, using: &numbers) {
    case ..<15: try await submit()
    case ..<32: try await claim()
    case ..<65: try await work()
    case ..<72: try await zombieWork()
    case ..<77:
      if let index = agents.indices.randomElement(using: &numbers) { zombies.append(agents.remove(at: index)) }
    case ..<84: try await kill()
    case ..<97: await world.wait(.milliseconds(.random(in: 1...20_000, using: &numbers)))
    default: try await crash()
    }
  }

  private mutating func submit() async throws {
    let timeout = Int64.random(in: 20...100, using: &numbers)
    let isProgram = Bool.random(using: &numbers)
    let build = isProgram ? try await world.submitProgram(timeout: timeout) : try await world.submit(timeout: timeout)
    builds.append(build.id)
  }

  private mutating func claim() async throws {
    guard world.scheduler.metrics.queued > 0 else { return }
    let offer = AgentOffer(agent: "agent", drivers: ["host"])
    guard Bool.random(using: &numbers) else {
      return note(try await world.scheduler.claim(offer), by: nil)
    }
    let machine = Int.random(in: 0...1, using: &numbers)
    if Int.random(in: 0..<6, using: &numbers) == 0 {
      // What it had run goes on without it, and still believes that the builds are its own.
      let former = instance(of: machine)
      zombies += agents.filter { $0.process == former }
      agents.removeAll { $0.process == former }
      starts[machine] += 1
    }
    let process = instance(of: machine)
    let holding = agents.filter { $0.process == process }.map { held($0.assignment.lease) }
    let (isThere, isHeard) = (Int.random(in: 0..<8, using: &numbers) > 0, Int.random(in: 0..<5, using: &numbers) > 0)
    do {
      let assignment = try await world.scheduler.claim(
        offer, process: process, holding: holding, mayWait: false, isThere: { isThere })
      try await checkHolding(process, holding + [assignment?.lease].compactMap(\.self).map(held))
      // The answer may be lost: then the next claim gives the build back.
      if let assignment, isHeard { note(assignment, by: process) }
    } catch is CancellationError {
      #expect(!isThere)
      try await checkHolding(process, holding)
    }
  }

  private func instance(of machine: Int) -> AgentProcess {
    AgentProcess(owner: world.user, instance: "\(["a", "b"][machine]).\(starts[machine])")
  }

  private func held(_ lease: Lease) -> HeldLease { HeldLease(build: lease.build, fence: lease.fence) }

  /// A process that has claimed has nothing that it does not know of, and the one before it nothing at all.
  private func checkHolding(_ process: AgentProcess, _ holding: [HeldLease]) async throws {
    for running in try await world.store.runningBuilds() {
      let instance = running.claimant.instance
      #expect(!process.succeeds(instance))
      guard instance == process.instance else { continue }
      #expect(holding.contains(HeldLease(build: running.lease.build, fence: running.lease.fence)))
    }
  }

  private mutating func note(_ assignment: Assignment, by process: AgentProcess?) {
    // Whoever had the build before must have lost it.
    let others = (agents + zombies).filter { $0.assignment.lease.build == assignment.lease.build }
    for other in others { #expect(other.assignment.lease.fence < assignment.lease.fence) }
    #expect((1...3).contains(assignment.lease.attempt))
    agents.append(Agent(assignment: assignment, process: process))
  }

  /// True where the database says that the lease is the build's.
  private func isValid(_ lease: Lease) async throws -> Bool {
    try await world.store.runningBuilds().contains { $0.lease == lease.stored }
  }

  /// Does something under a lease, and expects it to be refused exactly where the lease is not valid.
  private func write(_ lease: Lease, _ body: () async throws -> Void) async throws -> Bool {
    let isValid = try await isValid(lease)
    let refused = try await isStale(body)
    #expect(refused == !isValid, "lease \(lease), valid: \(isValid)")
    // Whatever has ended the build: there is nothing left to report.
    if !refused, try await !self.isValid(lease) { #expect(try await world.scheduler.isOver(lease)) }
    return !refused
  }

  private mutating func work() async throws {
    guard let index = agents.indices.randomElement(using: &numbers) else { return }
    var agent = agents[index]
    if try await act(&agent) { agents[index] = agent } else { agents.remove(at: index) }
  }

  private mutating func zombieWork() async throws {
    guard let index = zombies.indices.randomElement(using: &numbers) else { return }
    var agent = zombies[index]
    _ = try await act(&agent)
    zombies[index] = agent
  }

  /// One thing that an agent does. False once it has nothing more to do with the build.
  private mutating func act(_ agent: inout Agent) async throws -> Bool {
    let lease = agent.assignment.lease
    let scheduler = world.scheduler
    let now = world.clock.now
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0: return try await write(lease) { _ = try await scheduler.renew(lease) }
    case 1:
      let given = BuildOutcome(status: .queued)
      _ = try await write(lease) { try await scheduler.finish(lease, given) }
      return false
    default: break
    }
    guard agent.position < agent.assignment.jobs.count else {
      let status = [Status.passed, .failed, .passedWithFailures].randomElement(using: &numbers) ?? .passed
      _ = try await write(lease) { try await scheduler.finish(lease, BuildOutcome(status: status)) }
      return false
    }
    let job = agent.assignment.jobs[agent.position].id
    if !agent.hasStarted {
      agent.hasStarted = true
      // The second time as if the first answer had been lost.
      for _ in 0..<Int.random(in: 1...2, using: &numbers) {
        guard try await write(lease, { try await scheduler.report(lease, [.started(job, at: now)]) }) else {
          return false
        }
      }
      return true
    }
    if agent.position == agent.assignment.plan.detectPosition, agent.assignment.jobs.count == agent.position + 1 {
      // What is found differs from one attempt to the next, and so does how many jobs it makes.
      let found = [World.found("make"), World.found("make", "check"), World.found("cmake", "ninja", "ctest")]
      let choice = found.randomElement(using: &numbers) ?? found[0]
      var extended: ExtendedPlan?
      let isKept = try await write(lease) { extended = try await scheduler.extend(lease, by: choice) }
      if let extended {
        agent.assignment.plan = extended.plan
        agent.assignment.jobs = extended.jobs
      }
      return isKept
    }
    agent.hasStarted = false
    agent.position += 1
    for _ in 0..<Int.random(in: 1...2, using: &numbers) {
      let ending = [ProgressChange.finished(job, .passed, exitCode: 0, at: now)]
      guard try await write(lease, { try await scheduler.report(lease, ending) }) else { return false }
    }
    return true
  }

  private mutating func kill() async throws {
    guard let id = builds.randomElement(using: &numbers) else { return }
    let before = try await world.build(id).status
    do {
      let after = try await world.scheduler.kill(id).status
      #expect(after == (before == .queued ? .killed : .running))
    } catch QueueError.finished(_, let status) {
      #expect(status == before && before.isFinal)
    }
  }

  /// The server dies, and with it the agents that live in it.
  private mutating func crash() async throws {
    zombies += agents.filter { $0.process == nil }
    agents.removeAll { $0.process == nil }
    try await world.restart()
    let running = try await world.store.runningBuilds()
    #expect(running.allSatisfy { $0.claimant.instance != Scheduler.inProcess })
  }

  /// A final status stays, and memory and database agree on how many builds there are.
  private mutating func checkBuilds() async throws {
    let page = try await world.store.builds(BuildQuery(owner: world.user, limit: builds.count + 1))
    for build in page.builds where builds.contains(build.id) {
      if let end = ended[build.id] { #expect(build.status == end) }
      if build.status.isFinal { ended[build.id] = build.status }
    }
    let counts = try await world.store.activeCounts()
    #expect(Int64(world.scheduler.metrics.queued) == counts.queued)
    #expect(Int64(world.scheduler.metrics.running) == counts.running)
  }

  /// With one honest agent and enough time every build ends.
  private mutating func finishAll() async throws {
    zombies += agents
    agents = []
    for _ in 0..<builds.count * 4 + 4 where try await world.store.activeCounts() != (0, 0) {
      await world.wait(.seconds(30))
      while world.scheduler.metrics.queued > 0 {
        let assignment = try await world.claim()
        for job in assignment.jobs {
          try await world.scheduler.report(
            assignment.lease,
            [.started(job.id, at: world.clock.now), .finished(job.id, .passed, exitCode: 0, at: world.clock.now)])
        }
        try await world.scheduler.finish(assignment.lease, BuildOutcome(status: .passed))
      }
    }
    try await checkBuilds()
    #expect(ended.count == builds.count, "builds without an end")
    for id in builds {
      let jobs = try await world.jobs(id)
      #expect((3...6).contains(jobs.count) && jobs.allSatisfy { $0.status.isFinal })
      #expect(jobs.map(\.position) == Array(jobs.indices))
    }
  }
}

@Suite struct LeaseSimulationTests {
  /// Each run of a world is many simulations one after the other, since making a world costs more than using it.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func `no build is lost, run twice at once, or changed by an agent that has lost it`(_ block: UInt64) async throws {
    var world = try await World(logsInMemory: true)
    for seed in 0..<50 as Range<UInt64> {
      var simulation = LeaseSimulation(world, seed: block * 1000 + seed)
      world = try await simulation.run(steps: 30)
    }
    await world.close()
  }
}
