import Documents
import Manifest
import Model
import Testing

/// A text, and the one diagnostic that it gives.
struct Case: Sendable, CustomTestStringConvertible {
  var text: String
  var at: String
  var pointer: String
  var words: String
  init(_ text: String, _ at: String, _ pointer: String, _ words: String) {
    (self.text, self.at, self.pointer, self.words) = (text, at, pointer, words)
  }
  var testDescription: String { pointer + " " + words }
}

private let errors: [Case] = [
  Case("", "1:1", "", "empty"),
  Case("# nothing\n", "1:1", "", "empty"),
  Case("- a\n", "1:1", "", "found a list"),
  Case("text\n", "1:1", "", "found 'text'"),
  Case("stages: [t]\njobs: []\n", "1:1", "", "'driver' is missing"),
  Case("driver: {type: host}\n", "1:1", "", "'stages' is missing"),
  Case("driver: {type: host}\nstages: []\n", "2:9", "/stages", "'stages' is empty"),
  Case("driver: {type: host}\nstages: t\n", "2:9", "/stages", "expected a list of stages"),
  Case("driver: {type: host}\nstages:\n", "1:1", "", "'stages' is missing"),
  Case("driver: docker\nstages: [t]\n", "1:9", "/driver", "expected a mapping with 'type'"),
  Case("driver: {image: x}\nstages: [t]\n", "1:9", "/driver", "'type' is missing"),
  Case("driver: {type: dokcer}\nstages: [t]\n", "1:16", "/driver/type", "did you mean 'docker'?"),
  Case("driver: {type: vm}\nstages: [t]\n", "1:16", "/driver/type", "host, docker, qemu, ssh"),
  Case("driver: {type: docker, image: x}\nstages: [t]\n", "1:9", "/driver", "needs 'workspace'"),
  Case("driver: {type: qemu}\nstages: [t]\n", "1:9", "/driver", "needs 'image'"),
  Case("driver: {type: ssh}\nstages: [t]\n", "1:9", "/driver", "needs 'address'"),
  Case("driver: {type: qemu, image: [a]}\nstages: [t]\n", "1:29", "/driver/image", "found a list"),
  Case("driver: {type: qemu, image: }\nstages: [t]\n", "1:29", "/driver/image", "found nothing"),
  Case("driver: {type: host, imge: x}\nstages: [t]\n", "1:22", "/driver/imge", "did you mean 'image'?"),
  Case("driver: {type: qemu, image: -x}\nstages: [t]\n", "1:29", "/driver/image", "'-x'"),
  Case(
    "driver: {type: docker, image: x, workspace: go}\nstages: [t]\n", "1:45", "/driver/workspace", "begins with '/'"),
  Case(
    "driver: {type: slurm, cpus: two}\nstages: [t]\n", "1:29", "/driver/cpus", "'two' is not a number of processors"),
  Case("driver: {type: slurm, memory: 0}\nstages: [t]\n", "1:31", "/driver/memory", "'0' is not a size"),
  Case("driver: {type: slurm, time: soon}\nstages: [t]\n", "1:29", "/driver/time", "'soon' is not a duration"),
  Case("driver: {type: slurm, partition: -x}\nstages: [t]\n", "1:34", "/driver/partition", "'-x'"),
  Case(minimal + "stagess: [a]\n", "6:1", "/stagess", "unknown key 'stagess'; did you mean 'stages'?"),
  Case(minimal + "a/b~: 1\n", "6:1", "/a~1b~0", "unknown key 'a/b~'"),
  Case(minimal + "concurrency: x\n", "6:1", "/concurrency", "not supported by this version"),
  Case(minimal + "labels: [gpu]\n", "6:10", "/labels/0", "'gpu' is not a label; write 'key=value'"),
  Case(minimal + "labels: [os=debian, a=]\n", "6:21", "/labels/1", "'a=' is not a label"),
  Case(minimal + "labels: ['a b=c']\n", "6:10", "/labels/0", "1 to 63 letters"),
  Case(minimal + "labels: [a=b, a=c]\n", "6:15", "/labels/1", "'a' is asked for already, as 'b'"),
  Case(minimal + "labels: [a=b=c]\n", "6:10", "/labels/0", "'a=b=c' is not a label"),
  Case(minimal + "labels: {gpu: yes}\n", "6:9", "/labels", "expected a list of labels"),
  Case(minimal + "label: [a=b]\n", "6:1", "/label", "did you mean 'labels'?"),
  Case(
    minimal + "labels: [\((0..<33).map { "k\($0)=v" }.joined(separator: ", "))]\n", "6:9", "/labels",
    "33 labels; at most 32"),
  Case(minimal + "  needs: [a]\n", "6:3", "/jobs/0/needs", "not supported by this version"),
  Case(minimal + "  env: [A=b]\n", "6:3", "/jobs/0/env", "belongs in the manifest itself"),
  Case(minimal + "commands: [x]\n", "6:1", "/commands", "belongs in a job"),
  Case(minimal + "namespace: a//b\n", "6:12", "/namespace", "not a namespace"),
  Case(minimal + "namespace: a@b@c\n", "6:12", "/namespace", "not a namespace"),
  Case(minimal + "namespace: a/b@\n", "6:12", "/namespace", "not a namespace"),
  Case(minimal + "env: [A]\n", "6:7", "/env/0", "write 'KEY=value'"),
  Case(minimal + "env:\n- A: b\n", "7:3", "/env/0", "found a mapping"),
  Case(minimal + "env: [1A=b]\n", "6:7", "/env/0", "'1A' cannot be the name"),
  Case(minimal + "env: ['=b']\n", "6:7", "/env/0", "'' cannot be the name"),
  Case(minimal + "env: [A-B=c]\n", "6:7", "/env/0", "'A-B'"),
  Case(minimal + "env: [\"A=\\0\"]\n", "6:7", "/env/0", "NUL"),
  Case(minimal + "env: {A: b}\n", "6:6", "/env", "expected a list of variables"),
  Case(minimal + "objects: [a => ../x]\n", "6:11", "/objects/0", "leads out"),
  Case(minimal + "objects: [a, b => ./a]\n", "6:14", "/objects/1", "taken by an earlier object"),
  Case(minimal + "objects: [a => b => c]\n", "6:11", "/objects/0", "not an object"),
  Case(minimal + "objects: ['=> c']\n", "6:11", "/objects/0", "not an object"),
  Case(minimal + "timeout: soon\n", "6:10", "/timeout", "'soon' is not a timeout"),
  Case(minimal + "timeout: 0\n", "6:10", "/timeout", "not a timeout"),
  Case(minimal + "timeout: 99999999999999999999h\n", "6:10", "/timeout", "not a timeout"),
  Case(minimal + "timeout: 9223372036854775807\n", "6:10", "/timeout", "not a timeout"),
  Case(minimal + "allow_failures: test\n", "6:17", "/allow_failures", "expected a list"),
  Case(
    "driver: {type: host}\nstages: [t, t]\njobs: [{stage: t, commands: [x]}]\n", "2:13", "/stages/1", "listed already"),
  Case("driver: {type: host}\nstages: [t, ' ']\njobs: [{stage: t, commands: [x]}]\n", "2:13", "/stages/1", "space"),
  Case(minimal + "- commands: [x]\n", "6:3", "/jobs/1", "'stage' is missing"),
  Case(minimal + "- {stage: test, name: test.1, commands: [x]}\n", "6:23", "/jobs/1/name", "'test.1' already"),
  Case(minimal + "- {stage: test, name: \"a\\nb\", commands: [x]}\n", "6:23", "/jobs/1/name", "line break"),
  Case(minimal + "- {stage: test, commands: make}\n", "6:27", "/jobs/1/commands", "expected a list of commands"),
  Case(minimal + "- {stage: test, commands: [{a: b}]}\n", "6:28", "/jobs/1/commands/0", "quote a text that holds ': '"),
  Case(minimal + "- text\n", "6:3", "/jobs/1", "found 'text'"),
  Case(minimal + "  artifacts: [../../x]\n", "6:15", "/jobs/0/artifacts/0", "leads out"),
  Case(minimal + "  artifacts: [x => ../../x]\n", "6:15", "/jobs/0/artifacts/0", "leads out"),
  Case(minimal + "  artifacts: [x => /x]\n", "6:15", "/jobs/0/artifacts/0", "relative path"),
  Case(minimal + "  artifacts: [{name: x}]\n", "6:15", "/jobs/0/artifacts/0", "'source' is missing"),
  Case(minimal + "  artifacts: [{source: }]\n", "6:15", "/jobs/0/artifacts/0", "'source' is missing"),
  Case(
    minimal + "  artifacts: [{source: x, ony: programs}]\n", "6:27", "/jobs/0/artifacts/0/ony", "did you mean 'only'?"),
  Case(
    minimal + "  artifacts: [{source: x, only: program}]\n", "6:33", "/jobs/0/artifacts/0/only",
    "unknown selection 'program'; did you mean 'programs'?"),
  Case(minimal + "  artifacts: [{source: x, only: 1}]\n", "6:33", "/jobs/0/artifacts/0/only", "leave 'only' out"),
  Case(minimal + "  artifacts: [{source: ../x}]\n", "6:24", "/jobs/0/artifacts/0/source", "leads out"),
  Case(minimal + "  artifacts: [{source: x, name: /y}]\n", "6:33", "/jobs/0/artifacts/0/name", "relative path"),
  Case(minimal + "  artifacts: [{source: [x]}]\n", "6:24", "/jobs/0/artifacts/0/source", "found a list"),
  Case(minimal + "  artifacts: [[x]]\n", "6:15", "/jobs/0/artifacts/0", "found a list"),
  Case(minimal + "  artifacts: [/etc/passwd]\n", "6:15", "/jobs/0/artifacts/0", "outside the workspace"),
  Case(minimal + "  artifacts: [\"x => a\\tb\"]\n", "6:15", "/jobs/0/artifacts/0", "control character"),
  Case(
    "driver: {type: host}\nstages: [setup]\njobs:\n- {stage: setup, name: clone.1, commands: [x]}\n", "4:24",
    "/jobs/0/name", "built-in"),
]

private let sources: [(String, String)] = [
  ("--upload-pack=touch x", "cannot begin with '-'"), ("ext::sh -c id", "transport helpers"),
  ("ext::sh", "transport helpers"), ("ftp://example.org/x", "protocol"), ("word", "not an address"),
  ("../up/x", "not an address"), ("a/b:c", "not an address"),
  ("https://e.org/x -b", "begins with '-'"), ("https://e.org/x a b", "more than one ref"),
  ("https://e.org/x a..b", "'..'"), ("https://e.org/x a:b", "':'"), ("https://e.org/x => ../y", "leads out"),
  ("https://e.org/x => /y", "relative to the workspace"), ("https://e.org/x => .", "name a folder"),
  ("https://e.org/", ""), ("https://e.org/.git", "name a folder"), ("https://e.org/x => ", "not a source"),
  ("https://e.org/x => -y", "begins with '-'"), ("https://e.org/x a.lock", ".lock"), ("https://e.org/..", "leads out"),
]

private let warnings: [Case] = [
  Case("driver: {type: host}\nstages: [t]\n", "1:1", "", "has no jobs"),
  Case("driver: {type: host}\nstages: [t]\njobs: []\n", "3:7", "/jobs", "has no jobs"),
  Case(
    "driver: {type: host, image: x}\n" + minimal.split(separator: "\n").dropFirst().joined(separator: "\n"), "1:22",
    "/driver/image", "does not use"),
  Case(
    minimal + "- {stage: tset, commands: [x]}\n", "6:11", "/jobs/1/stage", "the job is ignored; did you mean 'test'?"),
  Case(minimal + "allow_failures: [tests]\n", "6:18", "/allow_failures/0", "no stage 'tests'; did you mean 'test'?"),
  Case(
    "driver: {type: host}\nstages: [a, b]\njobs:\n- {stage: b, commands: [x]}\n", "2:10", "/stages/0", "'a' has no jobs"
  ),
  Case(minimal + "- {stage: test}\n", "6:3", "/jobs/1", "no commands"),
  Case(minimal + "objects: [a => /etc/x]\n", "6:11", "/objects/0", "below the workspace only"),
  Case(
    minimal + "- {stage: test, commands: [x, ]}\n- {stage: test, commands: [~]}\n", "7:28", "/jobs/2/commands/0",
    "empty"),
  Case(
    minimal + "  artifacts: [a]\n- {stage: test, commands: [x], artifacts: [b/a]}\n", "7:44", "/jobs/1/artifacts/0",
    "replaces the one of the job 'test / test.1'"),
]

@Suite struct `What is wrong in a manifest` {
  @Test(arguments: errors)
  func `is an error with its place and a sentence`(it: Case) throws {
    let result = read(it.text)
    #expect(result.manifest == nil)
    #expect(result.errors.count == 1, "\(result.errors)")
    let error = try #require(result.errors.first)
    #expect("\(error.line):\(error.column)" == it.at, "\(error)")
    #expect(error.pointer == it.pointer)
    #expect(error.message.contains(it.words), "\(error)")
  }

  @Test(arguments: warnings)
  func `is a warning where it only has no effect`(it: Case) throws {
    let result = read(it.text)
    #expect(result.manifest != nil)
    #expect(result.diagnostics.count == 1, "\(result.diagnostics)")
    let warning = try #require(result.warnings.first)
    #expect("\(warning.line):\(warning.column)" == it.at, "\(warning)")
    #expect(warning.pointer == it.pointer)
    #expect(warning.message.contains(it.words), "\(warning)")
  }

  @Test(arguments: sources)
  func `is a source that git must not see`(text: String, words: String) throws {
    let result = read(minimal + "sources:\n- \"\(text)\"\n")
    if words.isEmpty {
      #expect(result.manifest?.sources.first?.directory == "e.org")
      return
    }
    let error = try #require(result.errors.first)
    #expect(error.pointer == "/sources/0")
    #expect(error.message.contains(words), "\(error)")
  }

  @Test func `is reported all at once, in order of position`() {
    let result = read("driver: {type: vm}\nstages: [a, a]\njobs:\n- stage: b\n- name: x\nbogus: 1\n")
    #expect(result.diagnostics.map(\.line) == [1, 2, 2, 4, 4, 5, 5, 6])
    #expect(result.errors.map(\.pointer) == ["/driver/type", "/stages/1", "/jobs/1", "/bogus"])
  }

  @Test func `reads like a compiler's message`() {
    let error = read(minimal + "stagess: [a]\n").errors.first
    #expect(error?.description == "6:1: error: unknown key 'stagess'; did you mean 'stages'?")
  }

  @Test func `is counted where there is too much of it`() {
    let text = minimal + (0..<500).map { "k\($0)x: 1\n" }.joined()
    let result = read(text, limits: ManifestLimits(diagnostics: 3))
    #expect(result.errors.count == 4)
    #expect(result.errors.last?.message == "497 further errors are not shown")
  }

  @Test func `never shows a password`() {
    let error = read(
      minimal
        + "sources: ['ftp://me:hunter2@e.org/x', 'https://me:hunter2@e.org/x a b', 'https://me:hunter2@e.org/x => ']\n"
    ).errors
    #expect(!error.isEmpty)
    #expect(!error.contains { $0.message.contains("hunter2") })
  }

  @Test func `suggests the name that was meant`() {
    #expect(nearestName(to: "stgaes", in: ["stages", "sources"]) == "stages")
    #expect(nearestName(to: "STAGES", in: ["stages"]) == "stages")
    #expect(nearestName(to: "xyzzy", in: ["stages", "jobs"]) == nil)
    #expect(nearestName(to: "", in: ["stages"]) == nil)
  }
}
