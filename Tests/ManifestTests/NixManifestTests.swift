import Documents
import Manifest
import Model
import Testing

@Suite struct NixManifestTests {
  private func parse(_ text: String) -> ManifestResult { Manifest.parse(Array(text.utf8)) }

  @Test func `a manifest of kind nix names outputs, and no stages`() throws {
    let text = """
      kind: nix
      namespace: a/b
      env: [X=1]
      sources: ['https://example.org/flake.git main => it']
      outputs: [hello, '.#checks.x86_64-linux.t']
      timeout: 90s

      """
    let manifest = try #require(parse(text).manifest)
    #expect(manifest.kind == .nix)
    #expect(manifest.driver.type == "nix")
    #expect(manifest.outputs == ["hello", ".#checks.x86_64-linux.t"])
    #expect(manifest.sources.map(\.directory) == ["it"])
    #expect(manifest.timeoutSeconds == 90)
    // Written and read again it is the same.
    #expect(parse(manifest.text()).manifest == manifest)
  }

  @Test(arguments: [
    ("kind: nix\nstages: [a]\n", 2, "has no 'stages'"), ("kind: nix\njobs: []\n", 2, "has no 'jobs'"),
    ("kind: docker\n", 1, "there is no kind 'docker'"), ("kind: [nix]\n", 1, "'pipeline' or 'nix'"),
    ("kind: nix\ndriver: {type: host}\n", 2, "the driver 'nix'"), ("kind: nix\noutputs: a\n", 2, "a list of outputs"),
    ("kind: nix\noutputs: [a, a]\n", 2, "listed already"), ("kind: nix\noutputs: ['-I']\n", 2, "would be an option"),
    ("kind: nix\noutputs: [{a: b}]\n", 2, "an output"), ("kind: nix\noutput: [a]\n", 2, "did you mean 'outputs'?"),
    ("driver: {type: nix}\nstages: [a]\noutputs: [a]\n", 3, "'kind: nix'"),
  ]) func `what is wrong is said where it stands`(text: String, line: Int, words: String) {
    let errors = parse(text).errors
    #expect(errors.contains { $0.line == line && $0.message.contains(words) }, "\(errors)")
  }

  @Test func `a pipeline may run in the driver nix`() throws {
    let manifest = try #require(
      parse("kind: pipeline\ndriver: {type: nix}\nstages: [a]\njobs: [{stage: a, commands: [nix --version]}]\n")
        .manifest)
    #expect(manifest.kind == .pipeline)
    #expect(manifest.driver.type == "nix")
  }
}
