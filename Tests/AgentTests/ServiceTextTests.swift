import Forge
import Git
import Model
import ServiceGenerator
import Testing

@testable import Agent

struct ServiceTextTests {
  @Test func `The merge request tells of what was edited and what stays`() throws {
    let plan = ServicePlan(
      service: "shop", revision: 3, savedAt: Timestamp(milliseconds: 0), tag: "v1", document: "{}", module: "m",
      dockerHubUser: nil, forge: .init(provider: "g", path: "a/b", project: "1", user: "u", token: "t"))
    let files = (0..<300).map { GeneratedFile(path: "f\(1000 + $0)", contents: "new") }
    func text(_ earlier: ServiceLock?, _ present: [String: String]) throws -> String {
      let folder = FolderPlan(files, lock: try ServiceLock(of: files), earlier: earlier, present: present)
      return MergeRequestText(plan: plan, files: 300, folder: folder).text
    }
    let plain = try text(nil, [:])
    #expect(plain.contains("**shop**, revision 3") && !plain.contains("- `"))
    let foreign = try text(nil, ["f1000": "other"])
    #expect(foreign.contains("are not generated ones") && foreign.contains("- `f1000`") && !foreign.contains("edited"))
    let present = Dictionary(uniqueKeysWithValues: files.map { ($0.path, "other") })
    let edited = try text(ServiceLock(of: files), present)
    #expect(edited.contains("were edited by hand") && edited.contains("- `f1199`"))
    #expect(edited.contains("- and 100 more") && !edited.contains("`f1200`"))
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
}
