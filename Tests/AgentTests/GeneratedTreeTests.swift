import Forge
import Git
import Model
import Testing

@testable import Agent

struct GeneratedTreeTests {
  private let files = ["a.go", "b/c.go", "lock"].map { ServiceFile(path: $0, content: Array("new \($0)".utf8)) }

  /// Texts stand for their own hashes.
  private func tree(_ present: [String: String], earlier: [String: String] = [:]) -> GeneratedTree {
    GeneratedTree(
      files, onTopOf: present.mapValues { Array($0.utf8) }, earlier: earlier, lock: "lock",
      hash: { String(decoding: $0, as: UTF8.self) })
  }

  private func write(_ path: String) -> GitFileChange { .write(path, Array("new \(path)".utf8)) }

  @Test func `On top of nothing everything is written`() {
    let tree = tree([:])
    #expect(tree.changes == files.map { .write($0.path, $0.content) })
    #expect(tree.edited.isEmpty && tree.kept.isEmpty)
  }

  @Test func `What is there already with the same bytes is not touched`() {
    #expect(tree(["a.go": "new a.go", "b/c.go": "new b/c.go", "lock": "new lock"]).changes.isEmpty)
  }

  @Test func `A file that was generated before is written anew, and told of where it was edited`() {
    let earlier = ["a.go": "old a", "b/c.go": "old c"]
    let tree = tree(["a.go": "old a", "b/c.go": "edited", "lock": "old lock"], earlier: earlier)
    #expect(tree.changes == [write("a.go"), write("b/c.go"), write("lock")])
    #expect(tree.edited == ["b/c.go"] && tree.kept.isEmpty)
  }

  @Test func `A file that was never generated stays`() {
    let tree = tree(["a.go": "by hand", "own.go": "by hand"], earlier: ["b/c.go": "x"])
    #expect(tree.changes == [write("b/c.go"), write("lock")])
    #expect(tree.kept == ["a.go"] && tree.edited.isEmpty)
  }

  @Test func `A file that is not generated any more goes, and is told of where it was edited`() {
    let tree = tree(["z.go": "edited", "y.go": "old y"], earlier: ["z.go": "old z", "y.go": "old y", "gone.go": "x"])
    #expect(tree.changes.suffix(2) == [.remove("y.go"), .remove("z.go")])
    #expect(tree.edited == ["z.go"])
    #expect(GeneratedTree.paths(files, earlier: ["z.go": ""]) == ["a.go", "b/c.go", "lock", "z.go"])
  }

  @Test func `The merge request tells of what was edited and what stays`() {
    var found = tree([:])
    let plan = ServicePlan(
      service: "shop", revision: 3, savedAt: Timestamp(milliseconds: 0), tag: "v1", document: "{}", module: "m",
      dockerHubUser: nil, forge: .init(provider: "g", path: "a/b", project: "1", user: "u", token: "t"))
    let plain = MergeRequestText(plan: plan, files: 3, tree: found).text
    #expect(plain.contains("**shop**, revision 3") && !plain.contains("edited"))
    found.edited = ["a`.go"]
    found.kept = (0..<300).map { "f\($0)" }
    let text = MergeRequestText(plan: plan, files: 3, tree: found).text
    #expect(text.contains("- `a.go`") && text.contains("- `f199`") && text.contains("- and 100 more"))
    #expect(!text.contains("`f200`"))
  }

  @Test(arguments: [
    (GitFailure(.authentication, "x"), "token was refused (401)"), (GitFailure(.conflict, "says why"), "says why"),
    (GitFailure(.noRepository, "nothing there"), "repository_path"), (GitFailure(.forbidden, "no"), "write_repository"),
  ])
  func `What git says is a sentence about the configuration`(failure: GitFailure, words: String) {
    #expect(ServiceFailure(failure, host: "gitlab.com").sentence.contains(words))
    let error = ForgeError(.unavailable, "it fails")
    #expect(ServiceFailure(error, host: "gitlab.com").sentence == "it fails")
  }

  @Test func `Problems of a service are one sentence, not longer than people read`() {
    #expect(ServiceFailure(problems: ["a: b"]).sentence.hasSuffix("a problem, correct and save it: a: b"))
    let many = ServiceFailure(problems: (0..<50).map { "p\($0)" }).sentence
    #expect(many.contains("50 problems") && many.contains("p19; and 30 more") && !many.contains("p20"))
  }

  @Test(arguments: ["", "{}", "[]", "{\"files\":[{\"path\":1}]}", "not json"])
  func `What is no lock file lists nothing`(text: String) { #expect(ServiceLock.hashes(in: Array(text.utf8)).isEmpty) }
}
