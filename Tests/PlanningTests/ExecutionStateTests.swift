import Model
import Planning
import Testing

/// A plan of stages written as `name: job, job`, with `?` after a stage that may fail.
private func plan(sources: Int = 0, _ stages: (name: String, mayFail: Bool, jobs: Int)...) -> Plan {
  let setup = PlannedStage(
    name: "setup", mayFail: true,
    jobs: [PlannedJob(name: "create-driver", step: .createDriver)]
      + (0..<sources).map { PlannedJob(name: "clone.\($0 + 1)", step: .clone(source: $0)) })
  let rest = stages.map { stage in
    PlannedStage(
      name: stage.name, mayFail: stage.mayFail,
      jobs: (0..<stage.jobs).map { PlannedJob(name: "\(stage.name).\($0 + 1)", step: .script(commands: ["true"])) })
  }
  return Plan(driver: DriverSpecification(type: "host"), stages: [setup] + rest, timeoutSeconds: 60)
}

/// What a whole build does when its jobs end like this: job by job a status, then the build's.
private func course(_ plan: Plan, _ ends: [Int: JobEnd] = [:], stop: (Int, ExecutionStop)? = nil) -> (
  jobs: [Int: Status], ran: [Int], build: Status?
) {
  var state = ExecutionState(plan)
  var pending = state.begin()
  var (jobs, ran, build): ([Int: Status], [Int], Status?) = ([:], [], nil)
  while !pending.isEmpty {
    switch pending.removeFirst() {
    case .start(let position):
      ran.append(position)
      if let stop, stop.0 == position {
        #expect(state.stop(stop.1) == [.interrupt(position)])
      }
      pending += state.ended(position, ends[position] ?? .passed)
    case .interrupt: Issue.record("interrupted without a stop")
    case .settle(let position, let status): jobs[position] = status
    case .skip(let positions): for position in positions { jobs[position] = .skipped }
    case .finish(let status):
      build = status
      #expect(pending.isEmpty, "nothing may follow the end")
    }
  }
  return (jobs, ran, build)
}

struct ExecutionStateTests {
  @Test func `The driver comes first, then the sources, then the stages and their jobs in order`() {
    let result = course(plan(sources: 2, ("a", false, 2), ("b", false, 1)))
    #expect(result.ran == [0, 1, 2, 3, 4, 5])
    #expect(result.jobs.values.allSatisfy { $0 == .passed } && result.jobs.count == 6)
    #expect(result.build == .passed)
  }

  @Test func `A driver that takes too long times the build out and skips everything`() {
    let result = course(plan(sources: 1, ("a", false, 1)), [0: .timedOut])
    #expect(result.ran == [0])
    #expect(result.jobs == [0: .timedOut, 1: .skipped, 2: .skipped])
    #expect(result.build == .timedOut)
  }

  @Test(arguments: [0, 1, 2])
  func `A driver or source that fails fails the build, also where the setup stage may fail`(_ failing: Int) {
    let result = course(plan(sources: 2, ("a", true, 1)), [failing: .failed])
    #expect(result.ran == Array(0...failing))
    #expect(result.jobs[failing] == .failed)
    #expect((failing + 1...3).allSatisfy { result.jobs[$0] == .skipped })
    #expect(result.build == .failed)
  }

  @Test func `A failed job fails its stage and the build, and all later jobs are skipped`() {
    let result = course(plan(("a", false, 2), ("b", true, 2)), [1: .failed])
    #expect(result.jobs == [0: .passed, 1: .failed, 2: .skipped, 3: .skipped, 4: .skipped])
    #expect(result.build == .failed)
  }

  @Test func `A failed stage that may fail skips the rest of itself, and the next stage runs`() {
    let result = course(plan(("a", true, 3), ("b", false, 1)), [1: .failed])
    #expect(result.jobs == [0: .passed, 1: .failed, 2: .skipped, 3: .skipped, 4: .passed])
    #expect(result.build == .passedWithFailures)
  }

  @Test func `A later failure outweighs an allowed one`() {
    let result = course(plan(("a", true, 1), ("b", false, 1), ("c", false, 1)), [1: .failed, 2: .failed])
    #expect(result.jobs == [0: .passed, 1: .failed, 2: .failed, 3: .skipped])
    #expect(result.build == .failed)
  }

  @Test(arguments: [
    (ExecutionStop.killed, Status.killed, JobEnd.passed), (.killed, .killed, .failed),
    (.timedOut, .timedOut, .failed), (.timedOut, .timedOut, .timedOut),
  ])
  func `A stop gives the running job its status whatever it did, and skips the rest`(
    _ stop: ExecutionStop, _ status: Status, _ end: JobEnd
  ) {
    let result = course(plan(("a", true, 2), ("b", false, 1)), [1: end], stop: (1, stop))
    #expect(result.jobs == [0: .passed, 1: status, 2: .skipped, 3: .skipped])
    #expect(result.build == status)
  }

  @Test func `A build given back reports nothing of its running and later jobs`() {
    let result = course(plan(("a", false, 2)), stop: (1, .givenBack))
    #expect(result.jobs == [0: .passed])
    #expect(result.build == .queued)
  }

  @Test func `A stop before the first job and between jobs ends the build at once`() {
    var fresh = ExecutionState(plan(("a", false, 1)))
    #expect(fresh.stop(.killed) == [.skip(0..<2), .finish(.killed)])
    #expect(fresh.begin().isEmpty)
  }

  @Test func `Only the first stop counts, and none after the end`() {
    var state = ExecutionState(plan())
    _ = state.begin()
    #expect(state.stop(.timedOut) == [.interrupt(0)])
    #expect(state.stop(.killed).isEmpty)
    #expect(state.ended(0, .passed) == [.settle(0, .timedOut), .finish(.timedOut)])
    #expect(state.stop(.killed).isEmpty)
    #expect(state.ended(0, .passed).isEmpty)
  }

  @Test func `A plan without a job passes`() {
    var state = ExecutionState(Plan(driver: DriverSpecification(type: "host"), stages: [], timeoutSeconds: 1))
    #expect(state.begin() == [.finish(.passed)])
  }

  @Test func `The end of a job that does not run changes nothing`() {
    var state = ExecutionState(plan(("a", false, 1)))
    _ = state.begin()
    #expect(state.ended(1, .failed).isEmpty)
    #expect(state.ended(0, .passed) == [.settle(0, .passed), .start(1)])
  }
}
