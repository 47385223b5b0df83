import Files
import Testing

@testable import App

@Suite struct ConfigurationTests {
  private func load(file: String? = nil, _ environment: [String: String] = [:], _ flags: [String: String] = [:]) throws
    -> Configuration
  {
    var flags = flags
    if let file {
      let path = "/tmp/wright-configuration-\(UInt64.random(in: 0 ... .max)).yml"
      try FileTree.writeAtomically(Array(file.utf8), to: path)
      defer { _ = try? FileTree.removeFile(path) }
      flags["config"] = path
      return try ConfigurationLoader(flags: flags, environment: environment).load()
    }
    return try ConfigurationLoader(flags: flags, environment: environment).load()
  }

  @Test func `flags win over variables and those over the file`() throws {
    let file = "agents: 3\nlisten: 0.0.0.0:1\nagent: {lease: 5s, kill_grace: 2s}\ngit: {protocols: [https, file]}\n"
    let it = try load(
      file: file, ["WRIGHT_LISTEN": "127.0.0.1:2", "WRIGHT_LEASE": "7s"], ["listen": "[::1]:0"])
    #expect(it.agentSlots == 3...3)
    #expect(it.host == "::1")
    #expect(it.port == 0)
    #expect(it.lease == .seconds(7))
    #expect(it.killGrace == .seconds(2))
    #expect(it.gitProtocols == ["https", "file"])
  }

  @Test func `an agent's token is where it was said last: a flag wins over a variable of the other kind`() throws {
    let loader = ConfigurationLoader(
      flags: ["token-file": "/token"], environment: ["WRIGHT_TOKEN": "a-person's"], settings: Setting.ofAgent)
    #expect(try loader.load().remote.token == .file("/token"))
    var other = loader
    (other.flags, other.environment) = (["token": "an-agent's"], ["WRIGHT_TOKEN_FILE": "/token"])
    #expect(try other.load().remote.token == .text("an-agent's"))
  }

  @Test(arguments: [
    ("0", 0...0), ("256", 256...256), ("0-4", 0...4), ("1-8", 1...8), ("3-3", 3...3), ("", nil), ("4-2", nil),
    ("-2", nil), ("2-", nil), ("1-2-3", nil), ("1-257", nil), ("257", nil), ("many", nil),
  ])
  func `agents are a number or two`(_ text: String, _ slots: ClosedRange<Int>?) {
    #expect((try? load([:], ["agents": text]))?.agentSlots == slots)
  }

  @Test func `the documented file is accepted`() throws {
    let file = """
      git: {protocols: [https, ssh, git]}
      forge: {insecure_hosts: []}
      nix: {environment: [NIX_CONF_DIR, NIX_PATH, HOME]}
      host_driver: {sandbox: auto}
      agent: {lease: 30s, kill_grace: 1s}
      limits: {build_timeout: 60m, log: 1GiB, artifact: 10GiB, manifest: 1MiB}
      websocket: {authentication: true}
      """
    #expect(try load(file: file) == Configuration())
  }

  @Test func `every part of a file takes effect`() throws {
    let it = try load(
      file:
        "forge: {insecure_hosts: [git.lan]}\nnix: {environment: [A], cache: builds}\nwebsocket: {authentication: false}\n"
    )
    #expect(it.insecureForgeHosts == ["git.lan"])
    #expect(it.nixEnvironment == ["A"] && it.nixCache == "builds")
    #expect(!it.socketAuthentication)
  }

  @Test(arguments: [
    ("agents: many", "1:9: agents: 'many' is not a whole number"),
    ("agent: {leese: 5s}", "there is no setting 'agent.leese'"),
    ("- a", "a mapping of settings is expected"), ("agent: {lease: [[5s]]}", "a list of texts is expected"),
    ("a: [", ""), ("limits: {log: -1}", "limits.log: '-1' is not a size"),
    ("database: mysql://x/y", "'mysql' is not supported by this version"),
  ])
  func `names what is wrong in a file`(file: String, words: String) {
    #expect { try load(file: file) } throws: { "\($0)".contains(words) && "\($0)".contains(".yml:") }
  }

  /// The rows of a table of settings: which flag, variable and key each has.
  private static func documented() throws -> [(flag: String, variable: String, key: String)] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let bytes = try FileTree.contents(of: "/\(root)/docs/migrating-from-build-server.md", limit: 1 << 20)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" } }
      guard cells.count == 5, cells[2].hasPrefix("WRIGHT_") else { return nil }
      return (cells[1], cells[2], cells[3])
    }
  }

  @Test func `the settings that replace others' are there under the documented names`() throws {
    let rows = try Self.documented()
    #expect(rows.count >= 7)
    for row in rows {
      let setting = try #require(Setting.all.first { $0.variable == row.variable }, "\(row)")
      #expect(setting.key == row.key)
      #expect(row.flag == (setting.flag.map { "--\($0)" } ?? ""))
    }
  }

  @Test func `names the flag or variable that is wrong`() {
    #expect { try load([:], ["listen": "here"]) } throws: { "\($0)".hasPrefix("--listen: 'here' is not HOST:PORT") }
    #expect { try load(["WRIGHT_SANDBOX": "maybe"]) } throws: {
      "\($0)" == "WRIGHT_SANDBOX: 'maybe' is not one of auto, off, required"
    }
    #expect(throws: (any Error).self) { try load([:], ["config": "/nowhere.yml"]) }
  }
}
