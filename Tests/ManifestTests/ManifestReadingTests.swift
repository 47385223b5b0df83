import Documents
import Manifest
import Model
import Testing

let minimal = "driver: {type: host}\nstages: [test]\njobs:\n- stage: test\n  commands: [make]\n"

func read(_ text: String, limits: ManifestLimits = ManifestLimits()) -> ManifestResult {
  Manifest.parse(Array(text.utf8), limits: limits)
}

@Suite struct `A manifest` {
  @Test func `what is asked of a cluster is kept as text`() throws {
    let result = read(
      "driver: {type: slurm, partition: main, cpus: 4, memory: 8GiB, time: 1h30m}\nstages: [t]\njobs: [{stage: t, commands: [a]}]\n"
    )
    #expect(result.diagnostics.isEmpty)
    #expect(
      result.manifest?.driver.settings == ["partition": "main", "cpus": "4", "memory": "8GiB", "time": "1h30m"])
  }

  @Test func `is read with every key`() throws {
    let text = """
      namespace: project/child@owner
      driver:
        type: docker
        image: golang:1.0
        workspace: /go
      env:
      - LDFLAGS=-s -w
      - EMPTY=
      objects:
      - data => /var/lib/data
      - keys.jks
      sources:
      - https://example.org/repo.git v1.0.0 => dir
      - git@example.org:me/tool.git
      stages: [setup, test, make]
      allow_failures: [test]
      timeout: 10m
      jobs:
      - stage: setup
        commands:
        - cd repo && make prepare
      - stage: test
        name: unit
        commands:
        - cd repo && make test
        artifacts:
        - repo/report.xml => report.xml
        - out/a.out
      - stage: test
        commands: [yes, 0777]
      - stage: make
        commands: ["make: all"]
      """
    let result = read(text)
    #expect(result.diagnostics.isEmpty)
    let manifest = try #require(result.manifest)
    #expect(manifest.namespace == NamespaceReference(path: "project/child", owner: "owner"))
    let settings = ["image": "golang:1.0", "workspace": "/go"]
    #expect(manifest.driver == DriverSpecification(type: "docker", settings: settings))
    #expect(manifest.environment.map(\.name) == ["LDFLAGS", "EMPTY"])
    #expect(manifest.environment.map(\.value) == ["-s -w", ""])
    #expect(manifest.objects.map(\.destination) == ["/var/lib/data", "keys.jks"])
    #expect(
      manifest.sources == [
        Source(url: "https://example.org/repo.git", reference: "v1.0.0", directory: "dir"),
        Source(url: "git@example.org:me/tool.git", directory: "tool"),
      ])
    #expect(manifest.stages == ["setup", "test", "make"])
    #expect(manifest.allowFailures == ["test"])
    #expect(manifest.timeoutSeconds == 600)
    #expect(manifest.jobs.map(\.name) == ["setup.1", "unit", "test.2", "make.1"])
    #expect(manifest.jobs.map(\.commands).last == ["make: all"])
    #expect(manifest.jobs[2].commands == ["yes", "0777"])
    #expect(manifest.jobs[1].artifacts.map(\.source) == ["repo/report.xml", "out/a.out"])
    #expect(manifest.jobs[1].artifacts.map(\.name) == ["report.xml", "a.out"])
  }

  @Test func `of Djinn CI runs unchanged`() throws {
    let text = """
      namespace: tools
      driver:
          type: os
      env:
      sources:
      - https://example.org/tools
      stages:
      - clean
      jobs:
      - stage: clean
        commands:
        - tr -d '0-9' < data > data.cleaned
        artifacts:
        - data.cleaned
      """
    let result = read(text)
    #expect(result.diagnostics.isEmpty)
    #expect(result.manifest?.driver == DriverSpecification(type: "host"))
    #expect(result.manifest?.sources.first?.directory == "tools")
  }

  @Test(
    arguments: [
      ("90s", 90), ("10m", 600), ("1h30m", 5400), ("45", 45), ("1500ms", 2), ("'60'", 60), ("365d", 31_536_000),
    ] as [(String, Int64)])
  func `takes a timeout`(text: String, seconds: Int64) {
    let result = read(minimal + "timeout: \(text)\n")
    #expect(result.manifest?.timeoutSeconds == seconds, "\(result.diagnostics)")
  }

  @Test(
    arguments: [
      ("https://example.org/a/b.git", nil, "b"), ("https://example.org/a/b/", nil, "b"),
      ("git@example.org:tool.git", nil, "tool"), ("ssh://git@example.org/x.git main", "main", "x"),
      ("https://example.org/b.git feature/x-1 => src/b", "feature/x-1", "src/b"),
      ("https://example.org/b.git=>c", nil, "c"), ("https://example.org/b.git => ./c//d/", nil, "c/d"),
      ("https://[::1]/b.git", nil, "b"), ("file:///srv/b.git", nil, "b"), ("/srv/b", nil, "b"),
    ] as [(String, String?, String)])
  func `takes a source`(text: String, reference: String?, directory: String) {
    let result = read(minimal + "sources: ['\(text)']\n")
    let source = result.manifest?.sources.first
    #expect(source?.reference == reference, "\(result.diagnostics)")
    #expect(source?.directory == directory)
    #expect(source.map { text.hasPrefix($0.url) } == true)
  }

  @Test(arguments: [
    ("host", "a/b.txt", "a/b.txt", "b.txt"), ("host", "dist/*.tgz", "dist/*.tgz", ""), ("host", ".", ".", ""),
    ("host", "./out/ => site", "out", "site"), ("host", "a => x/y", "a", "x/y"),
    ("docker, image: i, workspace: /go", "/go/x/y", "x/y", "y"),
    ("docker, image: i, workspace: /go", "/etc/os-release", "/etc/os-release", "os-release"),
  ])
  func `takes an artifact`(driver: String, text: String, source: String, name: String) {
    let result = read(
      "driver: {type: \(driver)}\nstages: [t]\njobs:\n- stage: t\n  commands: [x]\n  artifacts: ['\(text)']\n")
    #expect(result.manifest?.jobs.first?.artifacts == [ArtifactRule(source: source, name: name)])
    #expect(result.diagnostics.isEmpty)
  }

  @Test func `of ten thousand jobs is read, and one more is refused`() {
    let job = "- {stage: t, commands: [make], artifacts: [a => b/c]}\n"
    func manifest(_ count: Int) -> String {
      "driver: {type: host}\nstages: [t]\njobs:\n" + String(repeating: job, count: count)
    }
    #expect(read(manifest(10_000)).manifest?.jobs.last?.name == "t.10000")
    let refused = read(manifest(10_001))
    #expect(refused.manifest == nil)
    #expect(refused.errors.map(\.pointer) == ["/jobs"])
    #expect(refused.errors.first?.message.contains("10001") == true)
  }

  @Test func `larger than its limit is refused unread`() {
    let result = Manifest.parse([UInt8](repeating: 0x61, count: 10_000_000))
    #expect(result.manifest == nil)
    #expect(result.errors.map(\.message) == ["the file has 10000000 bytes; at most 1048576 are allowed"])
  }
}
