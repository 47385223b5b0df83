import Files
import Testing

@Suite struct `wright lint` {
  private let good = "driver: {type: host}\nstages: [a]\njobs: [{stage: a, commands: [x]}]\n"

  @Test func `prints every mistake as compilers do and ends with status 1`() async throws {
    try await withFolder { folder in
      try FileTree.writeAtomically(Array(good.utf8), to: folder + "/good.yml")
      let bad = "driver:\n  type: host\nstagess: [a]\n"
      try FileTree.writeAtomically(Array(bad.utf8), to: folder + "/bad.yml")
      let outcome = await wright("lint", folder + "/good.yml", folder + "/bad.yml")
      #expect(outcome.status == 1)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.contains("\(folder)/bad.yml:3:1: error: unknown key 'stagess'; did you mean 'stages'?"))
      #expect(lines.allSatisfy { $0.hasPrefix(folder + "/bad.yml:") })
      #expect(outcome.error == "")
      #expect(await wright("lint", folder + "/good.yml").status == 0)
    }
  }

  @Test func `passes with warnings alone`() async throws {
    try await withFolder { folder in
      let text = "driver: {type: host}\nstages: [a, b]\njobs: [{stage: a, commands: [x]}]\n"
      try FileTree.writeAtomically(Array(text.utf8), to: folder + "/w.yml")
      let outcome = await wright("lint", folder + "/w.yml")
      #expect(outcome.status == 0)
      #expect(outcome.output == "\(folder)/w.yml:2:13: warning: the stage 'b' has no jobs\n")
      let json = await wright("lint", folder + "/w.yml", "--json").output
      #expect(json.contains(#""errors":[]"#))
      #expect(json.contains(#""line":2,"message":"the stage 'b' has no jobs","pointer":"/stages/1""#))
    }
  }

  @Test func `says where a file is missing`() async {
    let outcome = await wright("lint", "/nowhere/x.yml")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("/nowhere/x.yml: No such file or directory"))
  }
}
