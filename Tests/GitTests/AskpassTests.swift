import Planning
import Processes
import Testing

@testable import Git

struct AskpassTests {
  /// What git itself gets when it asks for the credential of `url`.
  private func fill(_ request: String, for address: String) async throws -> String {
    let folder = try TemporaryFolder()
    let git = GitTool(GitSettings(scratch: folder.path, environment: [("PATH", "/usr/bin:/bin")]))
    return try await git.withEnvironment(for: try GitAddress(address)) { environment in
      let result = try await ProcessLauncher.shared.run(
        ProcessSpecification(
          executable: "git", arguments: ["credential", "fill"], environment: environment,
          standardInput: .bytes(Array("\(request)\n\n".utf8)), output: .separate))
      return String(decoding: result.output, as: UTF8.self)
    }
  }

  @Test(arguments: [
    ("https://me:p%40ss%20w@example.org/a", "protocol=https\nhost=example.org", "username=me\npassword=p@ss w\n"),
    ("https://me:pass@example.org:8443/a", "protocol=https\nhost=example.org:8443", "username=me\npassword=pass\n"),
    ("https://a%40b:pass@example.org/a", "protocol=https\nhost=example.org", "username=a@b\npassword=pass\n"),
    ("http://token@[::1]:80/a", "protocol=http\nhost=[::1]:80", "username=token\npassword=\n"),
    (
      "https://me:'$(touch x)`\"@example.org/a", "protocol=https\nhost=example.org",
      "username=me\npassword='$(touch x)`\"\n"
    ),
  ])
  func `git gets the credential of the address when it asks for its host`(
    _ address: String, _ request: String, _ answer: String
  ) async throws {
    let encoded = address.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "%20")
    #expect(try await fill(request, for: encoded).hasSuffix(answer))
  }

  @Test(arguments: [
    "protocol=https\nhost=evil.org", "protocol=http\nhost=example.org", "protocol=https\nhost=example.org.evil.org",
    "protocol=https\nhost=example.org:444", "protocol=https\nhost=evil.org\nusername=me",
  ])
  func `Nobody else gets it`(_ request: String) async throws {
    let answer = try await fill(request, for: "https://me:secret@example.org/a")
    #expect(!answer.contains("secret") && !answer.contains("username=me\npassword"))
  }

  @Test func `The credential is in no argument, no variable and no file that others can read`() async throws {
    let folder = try TemporaryFolder()
    let git = GitTool(GitSettings(scratch: "\(folder.path)/s"))
    try await git.withEnvironment(for: try GitAddress("https://me:secret@example.org/a")) { variables in
      #expect(!variables.contains { $0.value.contains("secret") })
      let modes = try await folder.shell("cd s/*/*/; stat -c %a . user password; ! grep secret askpass ../config")
      #expect(modes == "700\n600\n600")
    }
    #expect(try await folder.shell("ls s/*") == "config")
  }
}
