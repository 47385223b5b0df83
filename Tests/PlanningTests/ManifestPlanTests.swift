import FoundationEssentials
import Manifest
import Model
import Planning
import Testing

private func makePlan(_ text: String, limits: PlanLimits = PlanLimits()) throws -> Plan {
  plan(from: try #require(Manifest.parse(Array(text.utf8)).manifest), limits: limits)
}

private let example = """
  driver: {type: docker, image: alpine, workspace: /w}
  env: [A=b]
  objects: [data => d/x]
  sources: [https://e.org/a, 'https://e.org/b v1 => c']
  stages: [test, empty, make]
  allow_failures: [test, nowhere]
  jobs:
  - {stage: make, commands: [make], artifacts: [a.out => program]}
  - {stage: nowhere, commands: [false]}
  - {stage: test, name: unit, commands: [cd c, make test]}
  - {stage: make, commands: [make install]}
  """

@Suite struct `The plan of a manifest` {
  @Test func `creates the driver, clones, and then runs the stages in the manifest's order`() throws {
    let plan = try makePlan(example)
    #expect(plan.stages.map(\.name) == ["setup", "test", "make"])
    #expect(plan.jobs.map(\.job.name) == ["create-driver", "clone.1", "clone.2", "unit", "make.1", "make.2"])
    #expect(
      plan.jobs.map(\.job.step) == [
        .createDriver, .clone(source: 0), .clone(source: 1), .script(commands: ["cd c", "make test"]),
        .script(commands: ["make"]), .script(commands: ["make install"]),
      ])
    #expect(plan.jobs[4].job.artifacts == [ArtifactRule(source: "a.out", name: "program")])
    #expect(plan.stages.map(\.mayFail) == [false, true, false])
    #expect(plan.driver.type == "docker")
    #expect(plan.environment == [EnvironmentVariable(name: "A", value: "b")])
    #expect(plan.objects == [ObjectPlacement(name: "data", destination: "d/x")])
    #expect(plan.sources.map(\.directory) == ["a", "c"])
  }

  @Test func `lets a manifest have a stage named setup of its own, after the built-in one`() throws {
    let plan = try makePlan(
      "driver: {type: host}\nstages: [setup]\nallow_failures: [setup]\njobs: [{stage: setup, commands: [x]}]\n")
    #expect(plan.stages.map(\.name) == ["setup", "setup"])
    #expect(plan.stages.map(\.mayFail) == [false, true])
    #expect(plan.jobs.map(\.job.name) == ["create-driver", "setup.1"])
  }

  @Test(
    arguments: [(nil, 7200, 3600), ("10m", 7200, 600), ("5h", 7200, 7200), (nil, 60, 60), ("1s", 0, 1)]
      as [(String?, Int64, Int64)])
  func `is bounded in time by the server`(written: String?, limit: Int64, seconds: Int64) throws {
    let text = example + (written.map { "\ntimeout: \($0)" } ?? "")
    #expect(try makePlan(text, limits: PlanLimits(timeoutSeconds: limit)).timeoutSeconds == seconds)
  }

  @Test(
    arguments: [
      ("https://e.org/a", []), ("https://me:pa%20ss@e.org/a", ["pa%20ss", "pa ss"]), ("https://tok@e.org/a", ["tok"]),
      ("https://tok:x-oauth-basic@e.org/a", ["tok"]), ("https://tok:@e.org/a", ["tok"]), ("ssh://git@e.org/a", []),
      ("ssh://me:pw@e.org/a", ["pw"]), ("git@e.org:me/a", []), ("https://u:a@b@e.org/a", ["a@b"]),
      ("https://e.org/a@b:c", []), ("https://u:%zz%@e.org/a", ["%zz%"]),
    ] as [(String, [String])])
  func `masks what an address keeps secret`(url: String, secrets: [String]) {
    let source = Source(url: url, directory: "a")
    let manifest = Manifest(driver: DriverSpecification(type: "host"), sources: [source, source], stages: ["t"])
    #expect(plan(from: manifest).maskedValues == secrets)
  }

  @Test func `survives JSON`() throws {
    let plan = try makePlan(example)
    #expect(try JSONDecoder().decode(Plan.self, from: JSONEncoder().encode(plan)) == plan)
  }
}
