import Model
import Planning
import Testing

private func script(_ name: String) -> PlannedJob { PlannedJob(name: name, step: .script(commands: [name])) }

private let found = PlanExtension(
  manifest: "m", driver: DriverSpecification(type: "docker", settings: ["image": "i"]),
  environment: [EnvironmentVariable(name: "A", value: "b")],
  objects: [ObjectPlacement(name: "o", destination: "d")],
  sources: [Source(url: "https://u:s3cret@e.org/more.git", directory: "more")],
  setup: [
    PlannedJob(name: "create-driver.2", step: .createDriver), PlannedJob(name: "clone.2", step: .clone(source: 1)),
  ], stages: [PlannedStage(name: "build", jobs: [script("make")])], timeoutSeconds: 90)

@Suite struct `The plan of a program` {
  @Test func `creates a host environment, clones, and finds out the rest`() {
    let plan = programPlan("https://e.org/me/hello.git", reference: "v1", manifest: "given")
    #expect(plan.driver == DriverSpecification(type: "host"))
    #expect(plan.sources == [Source(url: "https://e.org/me/hello.git", reference: "v1", directory: "hello")])
    #expect(plan.stages.map(\.name) == [setupStageName])
    #expect(
      plan.jobs.map(\.job) == [
        PlannedJob(name: "create-driver", step: .createDriver), PlannedJob(name: "clone.1", step: .clone(source: 0)),
        PlannedJob(name: "detect", step: .detect(source: 0, manifest: "given")),
      ])
    #expect(plan.detectPosition == 2 && plan.timeoutSeconds == 3600 && plan.maskedValues.isEmpty)
  }

  @Test func `masks the address' password and may run as long as the server allows`() {
    let plan = programPlan("https://u:p%40ss@e.org/x", limits: PlanLimits(timeoutSeconds: 7))
    #expect(plan.maskedValues == ["p%40ss", "p@ss"] && plan.timeoutSeconds == 7)
  }

  @Test(arguments: [
    ("https://e.org/a/b.git", "b"), ("git@e.org:tool.git", "tool"), ("/srv/git/tool/", "tool"),
    ("https://e.org/..", "program"), ("https://e.org/-rf.git", "program"), ("https://e.org/.git", "program"),
  ])
  func `is cloned into a folder of the repository's name`(_ url: String, _ directory: String) {
    #expect(programPlan(url).sources.map(\.directory) == [directory])
  }

  @Test func `keeps what comes before it was found out, and has the rest replaced`() throws {
    var plan = programPlan("https://e.org/hello", limits: PlanLimits(timeoutSeconds: 100))
    plan.stages[0].jobs.append(script("old"))
    plan.stages.append(PlannedStage(name: "old", jobs: [script("older")]))
    let extended = try #require(plan.extended(by: found))
    #expect(
      extended.jobs.map { "\($0.stage.name)/\($0.job.name)" } == [
        "setup/create-driver", "setup/clone.1", "setup/detect", "setup/create-driver.2", "setup/clone.2", "build/make",
      ])
    #expect(extended.sources.map(\.directory) == ["hello", "more"])
    #expect(extended.driver == found.driver && extended.environment == found.environment)
    #expect(extended.objects == found.objects)
    #expect(extended.maskedValues == ["s3cret"])
    #expect(extended.timeoutSeconds == 90)
  }

  @Test func `asks for what the manifest asks for that was given, and begun anew for what was found too`() {
    let manifest = "driver: {type: nix}\nlabels: [gpu=a100]\nstages: [a]\njobs: [{stage: a, commands: [b]}]\n"
    let plan = programPlan("https://e.org/hello", manifest: manifest)
    let needs = AgentRequirement(driver: "host", furtherDrivers: ["nix"], labels: ["gpu": "a100"])
    #expect(plan.requirement == needs)
    let bare = programPlan("https://e.org/hello")
    #expect(bare.requirement == AgentRequirement(driver: "host"))
    var labelled = found
    labelled.labels = ["os": "debian"]
    let extended = bare.extended(by: labelled)
    let both = AgentRequirement(driver: "host", furtherDrivers: ["docker"], labels: ["os": "debian"])
    #expect(extended.map { bare.requirement(extendedBy: $0) } == both)
  }

  @Test(arguments: [(nil, 100), (200, 100), (0, 1), (30, 30)] as [(Int64?, Int64)])
  func `is never allowed more time than before`(_ asked: Int64?, _ allowed: Int64) {
    var extending = found
    extending.timeoutSeconds = asked
    let plan = programPlan("https://e.org/hello", limits: PlanLimits(timeoutSeconds: 100))
    #expect(plan.extended(by: extending)?.timeoutSeconds == allowed)
  }

  @Test func `cannot be extended where nothing is to be found out`() {
    let plan = Plan(driver: found.driver, stages: found.stages, timeoutSeconds: 1)
    #expect(plan.extended(by: found) == nil && plan.detectPosition == nil)
  }
}

@Suite struct `The execution of a plan that grows` {
  private let first = programPlan("https://e.org/hello")

  /// The state while `detect` runs.
  private func detecting() -> ExecutionState {
    var state = ExecutionState(first)
    _ = state.begin()
    for position in 0..<2 { _ = state.ended(position, .passed) }
    return state
  }

  @Test func `goes on with the new jobs`() throws {
    var state = detecting()
    let follows = state.follow(try #require(first.extended(by: found)))
    #expect(follows)
    #expect(state.ended(2, .passed) == [.settle(2, .passed), .start(3)])
    #expect(state.ended(3, .passed) == [.settle(3, .passed), .start(4)])
    #expect(state.ended(4, .failed) == [.settle(4, .failed), .skip(5..<6), .finish(.failed)])
  }

  @Test func `ends where nothing was found`() {
    var state = detecting()
    #expect(state.ended(2, .failed) == [.settle(2, .failed), .finish(.failed)])
  }

  @Test func `skips the new jobs when it is stopped`() throws {
    var state = detecting()
    let follows = state.follow(try #require(first.extended(by: found)))
    #expect(follows)
    #expect(state.stop(.killed) == [.interrupt(2)])
    #expect(state.ended(2, .passed) == [.settle(2, .killed), .skip(3..<6), .finish(.killed)])
  }

  @Test func `follows no other plan, and none while no job runs`() throws {
    let extended = try #require(first.extended(by: found))
    var state = detecting()
    let before = state
    var other = extended
    other.stages[0].mayFail = true
    var new = ExecutionState(first)
    let follows = [
      state.follow(other), state.follow(Plan(driver: found.driver, stages: [], timeoutSeconds: 1)),
      new.follow(extended),
    ]
    #expect(follows == [false, false, false] && state == before)
  }
}
