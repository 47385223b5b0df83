import Model
import Planning
import Testing

@testable import Programs

private let job = "stages: [make]\njobs:\n- {stage: make, commands: [make]}\n"

private func decide(_ text: String, at path: String = ".wright.yml", others: [String] = []) throws -> ProgramDecision {
  try ProgramRecipe.decide(tree(others, contents: [path: text]), source: hello)
}

@Suite struct `A repository's own manifest` {
  @Test(
    arguments: [
      ([".wright.yml", ".djinn.yml", ".wright/a.yml"], ".wright.yml"),
      ([".wright/b.yml", ".wright/a.yml", ".djinn.yml"], ".wright/a.yml"),
      ([".djinn/x.yml", ".djinn.yml"], ".djinn.yml"),
      ([".djinn/x.yml"], ".djinn/x.yml"), ([".wright/a/b.yml", "x/.wright.yml", ".wright/c.yaml", "Makefile"], nil),
    ] as [([String], String?)])
  func `is the first of those with its names`(paths: [String], taken: String?) {
    #expect(tree(paths).ownManifests().first == taken)
  }

  @Test func `takes the place of what would be detected`() throws {
    let text = "driver: {type: host}\nlabels: [gpu=a100]\nenv: [A=b]\ntimeout: 10m\n" + job
    let decision = try decide(text, others: ["Makefile", ".djinn.yml"])
    #expect(decision.found.manifest == text)
    #expect(decision.found.stages.map(\.name) == ["make"])
    #expect(decision.found.environment == [EnvironmentVariable(name: "A", value: "b")])
    #expect(decision.found.timeoutSeconds == 600)
    #expect(decision.found.labels == ["gpu": "a100"])
    #expect(decision.found.setup.isEmpty)
    #expect(decision.explanation == [".wright.yml says how it is built", "not used: .djinn.yml"])
  }

  @Test func `is itself replaced by one that was given`() throws {
    let tree = tree(["Makefile"], contents: [".wright.yml": "no"])
    let found = try ProgramRecipe.decide(tree, source: hello, given: "driver: {type: host}\n" + job).found
    #expect(found.stages.map(\.name) == ["make"])
  }

  @Test func `is refused with the place of its first error`() {
    let error = #expect(throws: RecipeError.self) { try decide("driver: {type: host}\nstagess: [a]\nx: y\n") }
    #expect(error?.code == .manifest)
    #expect(
      error?.description
        == ".wright.yml, line 1, column 1: 'stages' is missing; list the stages in the order of execution "
        + "(and 2 more in the log)")
    #expect(error?.details.count == 3)
    #expect(error?.details.last?.hasPrefix(".wright.yml:3:1: error: unknown key 'x'") == true)
  }

  @Test(
    arguments: [
      ("https://example.org/hello", []), ("git@example.org:hello.git", []), ("ssh://git@example.org/hello/", []),
      ("https://me:x@EXAMPLE.org/hello.git v2", []),
      ("https://example.org/hello v2 => other", [Source(url: hello.url, directory: "other")]),
      (
        "https://example.org/lib.git v2",
        [Source(url: "https://example.org/lib.git", reference: "v2", directory: "lib")]
      ),
    ] as [(String, [Source])])
  func `does not clone the repository again`(source: String, further: [Source]) throws {
    let found = try decide("driver: {type: host}\nsources: ['\(source)']\n" + job).found
    #expect(found.sources == further)
    #expect(found.setup.map(\.name) == (further.isEmpty ? [] : ["clone.2"]))
    #expect(found.setup.map(\.step) == (further.isEmpty ? [] : [.clone(source: 1)]))
  }

  @Test func `cannot put another one in its folder`() {
    let error = #expect(throws: RecipeError.self) {
      try decide("driver: {type: host}\nsources: ['https://me:pa55w@example.org/x => hello']\n" + job)
    }
    #expect(error?.description.contains("https://example.org/x into the folder 'hello'") == true)
  }

  @Test(arguments: ["driver: {type: docker, image: x, workspace: /w}\n", "driver: {type: qemu, image: x}\n"])
  func `may ask for an environment of its own`(text: String) throws {
    let found = try decide(text + "sources: [https://example.org/lib]\n" + job).found
    let type = found.driver.type
    #expect(found.setup.map(\.name) == ["create-driver.\(type)", "clone.1.\(type)", "clone.2"])
    #expect(found.setup.map(\.step) == [.createDriver, .clone(source: 0), .clone(source: 1)])
  }

  @Test func `is shown without its passwords`() throws {
    let found = try decide("driver: {type: host}\nsources: ['https://me:pa55w@example.org/x']\n" + job).found
    #expect(found.manifest.contains("https://me:xxxxxx@example.org/x"))
    #expect(found.sources.map(\.url) == ["https://me:pa55w@example.org/x"])
  }

  @Test func `may be too large to read`() {
    let error = #expect(throws: RecipeError.self) { try ProgramRecipe.decide(tree([".wright.yml"]), source: hello) }
    #expect(error?.description.contains("larger than") == true)
  }
}
