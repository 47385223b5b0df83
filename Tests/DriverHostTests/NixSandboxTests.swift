import Model
import Testing

@testable import DriverHost

@Suite struct NixSandboxTests {
  private let sandbox = NixSandbox(
    program: "/usr/bin/bwrap", hidden: [("/data", true), ("/db", false)], writable: ["/nix", "/home/.cache/nix"])

  @Test func `the server's folders are hidden before the build's own is shown in one of them`() throws {
    let words = sandbox.wrap(
      ["nix", "build"], in: "/data/work/1/workspace", folder: "/data/work/1",
      variables: [EnvironmentVariable(name: "LD_PRELOAD", value: "x.so")])
    func place(_ part: [String]) throws -> Int {
      try #require(words.indices.first { words[$0...].starts(with: part) }, "\(part) in \(words)")
    }
    #expect(words.first == "/usr/bin/bwrap")
    #expect(words.suffix(3) == ["--", "nix", "build"])
    let everything = try place(["--ro-bind", "/", "/"])
    let store = try place(["--bind-try", "/nix", "/nix"])
    let data = try place(["--tmpfs", "/data"])
    let database = try place(["--ro-bind", "/dev/null", "/db"])
    let own = try place(["--bind", "/data/work/1", "/data/work/1"])
    #expect(everything < store && store < data && data < own && database < own)
    _ = try place(["--setenv", "LD_PRELOAD", "x.so"])
    _ = try place(["--chdir", "/data/work/1/workspace"])
    _ = try place(["--cap-drop", "ALL"])
    _ = try place(["--unshare-pid"])
  }
}
