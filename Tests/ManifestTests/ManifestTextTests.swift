import Documents
import Manifest
import Model
import Testing

@Suite struct `A manifest as text` {
  @Test func `reads back as the same manifest`() throws {
    for (name, bytes) in try Corpus.files() where name.hasPrefix("good-") {
      let manifest = try #require(Manifest.parse(bytes).manifest)
      let result = Manifest.parse(Array(manifest.text(comments: ["a: b\nc", ""]).utf8))
      #expect(result.manifest == manifest, "\(name): \(result.diagnostics)\n\(manifest.text())")
    }
  }

  @Test(
    arguments: [
      "", " a", "a ", "a: b", "a:", "a # b", "#a", "- a", "-a", "? a", "'a'", "\"a\"", "a\"b", "it's", "*a", "&a", "!a",
      "%a", "@a", "`a`", "{a}", "[a]", "a, b", "a\nb", "a\nb\n", "a\nb\n\n", "\na", " a\n b", "a\n\n  b", "a\n\tb",
      "\ta",
      "a\r\nb", "~", "null", "true", "1", "|", ">", "é", "😀", "\u{85}", "\u{2028}", "\u{FEFF}a", "a\u{1}b", "\\n",
      "a\n \nb", "a\n#b", "---", "...", "a\n---\nb", "if x; then\n  y\nfi", "\u{7F}", "=", "a\n ", "a \nb",
    ])
  func `can hold any command`(command: String) {
    let manifest = Manifest(
      driver: DriverSpecification(type: "host"), stages: ["a, b", "c"],
      jobs: [
        ManifestJob(stage: "a, b", name: "a, b.1", commands: [command, "x"]),
        ManifestJob(stage: "c", name: "n: m", commands: ["z", command]),
      ])
    let result = Manifest.parse(Array(manifest.text().utf8))
    #expect(result.manifest == manifest, "\(result.diagnostics)\n\(manifest.text())")
  }

  @Test func `can hold every kind of artifact`() {
    let rules = [
      ArtifactRule(source: "a/b", name: "b"), ArtifactRule(source: "a/b", name: "c/d"),
      ArtifactRule(source: "a", name: ""),
      ArtifactRule(source: ".", name: ""), ArtifactRule(source: "*.o", name: ""),
      ArtifactRule(source: "*.o", name: "x"),
      ArtifactRule(source: "a, b", name: "b}", selection: .programs),
      ArtifactRule(source: "a", name: "", selection: .programs),
      ArtifactRule(source: "a", name: "a", selection: .programs),
    ]
    let manifest = Manifest(
      driver: DriverSpecification(type: "host"), stages: ["s"],
      jobs: [ManifestJob(stage: "s", name: "s.1", commands: ["x"], artifacts: rules)])
    #expect(Manifest.parse(Array(manifest.text().utf8)).manifest == manifest, "\(manifest.text())")
    #expect(manifest.text().contains("  - {source: a, name: ., only: programs}\n  - {source: a, only: programs}\n"))
  }
}
