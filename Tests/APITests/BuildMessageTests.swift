import Model
import Planning
import Routing
import Testing

@testable import API

@Suite struct BuildMessageTests {
  private static let full = """
    {"git":{"repository":"https://u:pw@example.org/a","branch":"b","gitUsername":"me","gitKey":"gk-1","requiresAuth":true,
    "noClone":false},"buildOptions":{"cores":2,"maxJobs":3.0,"keep_going":true,"extraArgs":"-v gk-1","substituters":["s1",
    "s2"],"trustedPublicKeys":["k1"],"command":"nix build .#a","cachix":{"push":true,"target":"http://c/n",
    "apiKey":"ak-1","signingKey":"sk-1"}},"more":{"apiKey":"ak-2"}}
    """
  private static let later = """
    {"git_config":{"id":1,"builder_id":2,"repository":"https://example.org/a","branch":"b","gitusername":"me",
    "gitkey":"gk-1","requiresauth":true,"noclone":false},"builder":{"id":1,"cron":""},"cachix_config":{"id":1,
    "target":"http://c/n","apikey":"ak-1","signingkey":"sk-1"},"build_options":{"cores":2,"maxjobs":3,"keep_going":true,
    "extraargs":"-v","substituters":[{"url":"s1","public_signing_keys":["k1","k2"]},{"url":"s2","id":3}],
    "parallelbuilds":true,"command":"nix build .#a"}}
    """

  private func message(_ text: String) throws -> BuildMessage? {
    BuildMessage(try JSONValue(parsing: Array(text.utf8)))
  }

  @Test func `every field of a message is used`() throws {
    let request = try #require(try message(Self.full)).request
    #expect(
      request
        == NixRequest(
          git: .init(repository: "https://u:pw@example.org/a", reference: "b", user: "me", key: "gk-1"),
          command: "nix build .#a", extraArguments: "-v gk-1", cores: "2", maxJobs: "3", keepGoing: true,
          substituters: ["s1", "s2"], trustedPublicKeys: ["k1"],
          push: NixPush(target: "http://c/n", token: "ak-1", signingKey: "sk-1")))
  }

  @Test func `the later form means the same`() throws {
    let request = try #require(try message(Self.later)).request
    #expect(
      request
        == NixRequest(
          git: .init(repository: "https://example.org/a", reference: "b", user: "me", key: "gk-1"),
          command: "nix build .#a", extraArguments: "-v", cores: "2", maxJobs: "3", keepGoing: true,
          substituters: ["s1", "s2"], trustedPublicKeys: ["k1", "k2"],
          push: NixPush(target: "http://c/n", token: "ak-1", signingKey: "sk-1")))
  }

  @Test func `a key that is not required is not sent`() throws {
    let text =
      #"{"git":{"noClone":false,"repository":"r","gitKey":"k","requiresAuth":false},"#
      + #""buildOptions":{"command":"nix","cachix":{"push":false,"target":"t"}}}"#
    let message = try #require(try message(text))
    #expect(message.request.git == .init(repository: "r"))
    #expect(message.request.push == nil)
    // Still nobody sees it.
    #expect(message.shown["git"]?["gitKey"] == .string("xxxxxx"))
  }

  @Test(arguments: [full, later]) func `what is shown holds no secret, wherever it stood`(text: String) throws {
    var writer = JSONWriter()
    writer.value(try #require(try message(text)).shown)
    let shown = String(decoding: writer.bytes, as: UTF8.self)
    for secret in ["gk-1", "ak-1", "sk-1", "ak-2", "pw@"] { #expect(!shown.contains(secret)) }
    #expect(shown.contains("xxxxxx"))
    #expect(shown.contains("nix build .#a"))
  }

  private static let empty = #"{"git":{"noClone":true},"buildOptions":{"command":"nix","cachix":{"push":false}}}"#

  @Test func `the least that is a message`() throws {
    let message = try #require(try message(Self.empty))
    #expect(message.request == NixRequest(command: "nix"))
  }

  /// Each takes the place of a part of the least message.
  @Test(arguments: [
    (#""noClone":true"#, #""noClone":"true""#), (#""noClone":true"#, #""noClone":1"#), (#""noClone":true"#, ""),
    (#""noClone":true"#, #""noClone":true,"depth":1"#), (#""noClone":true"#, #""noClone":false"#),
    (#""noClone":true"#, #""noClone":false,"repository":"""#), (#""noClone":true"#, #""noClone":true,"branch":null"#),
    (#""command":"nix""#, #""command":["nix"]"#), (#""command":"nix","#, ""),
    (#""push":false"#, #""push":0"#), (#""push":false"#, ""), (#""push":false"#, #""push":false,"x":1"#),
    (#""push":false}"#, #""push":false},"cores":"2""#), (#""push":false}"#, #""push":false},"substituters":"s""#),
    (#""push":false}"#, #""push":false},"substituters":[1]"#), (#""push":false}"#, #""push":false},"keepGoing":true"#),
    (#","cachix":{"push":false}"#, ""), (#""git":{"noClone":true},"#, ""), ("{", "[{"),
  ]) func `what the schema does not allow is no message`(part: String, replacement: String) throws {
    var text = Self.empty
    let range = try #require(text.firstRange(of: part))
    text.replaceSubrange(range, with: replacement)
    if replacement == "[{" { text += "]" }
    #expect(try message(text) == nil, "\(text)")
  }

  @Test(arguments: ["1", "\"x\"", "null", "[]", "{}", "true", #"{"git":[],"buildOptions":{}}"#])
  func `other JSON is no message`(text: String) throws { #expect(try message(text) == nil) }

  @Test(arguments: 0..<300) func `damaged messages are refused or read, and never more`(seed: Int) {
    var bytes = Array((seed % 2 == 0 ? Self.full : Self.later).utf8)
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15
    for _ in 0..<(1 + seed % 5) {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let place = Int(state >> 33) % bytes.count
      switch state >> 20 & 3 {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(UInt8(truncatingIfNeeded: state >> 40), at: place)
      case 2: bytes[place] = UInt8(truncatingIfNeeded: state >> 48)
      default: bytes.removeLast(min(place, bytes.count - 1))
      }
    }
    guard let value = try? JSONValue(parsing: bytes), let message = BuildMessage(value) else { return }
    #expect(message.request.git != nil)
    _ = nixPlan(message.request)
  }
}

@Suite struct BuildAnswerTests {
  private static let time = Timestamp(milliseconds: 1_700_000_000_123)

  @Test(arguments: [
    (BuildAnswer.tooManyConnections, #"{"error":"A build job is already running.","jobStatus":"running","#),
    (.started, #"{"msg":"Start Building","jobStatus":"starting","#),
    (.output("a\"b"), #"{"stdout":"a\"b","jobStatus":"running","#),
    (.invalidCommand("rm -rf"), #"{"error":"Invalid command: 'rm -rf'","buildExitCode":2,"jobStatus":"failed","#),
    (
      .failed(exitCode: 100),
      #"{"error":"Something went wrong while building. Builder exited with error code 100","buildExitCode":100,"#
        + #""jobStatus":"failed","#
    ),
    (.succeeded, #"{"msg":"Build was successfull","buildExitCode":0,"jobStatus":"success","#),
    (.invalidSchema, #"{"error":"JSON schema is not valid.","jobStatus":"failed","#),
    (.invalidJSON, #"{"error":"Not a valid JSON","jobStatus":"failed","#),
  ]) func `answers are what clients of the Iglu builder know`(answer: BuildAnswer, text: String) {
    #expect(answer.json(at: Self.time) == text + #""timestamp":1700000000123}"#)
  }
}

@Suite struct LogLineSplitterTests {
  private func split(_ bytes: [UInt8], by size: Int) -> [String] {
    var splitter = LogLineSplitter()
    var lines: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      lines += splitter.take(Array(bytes[start..<min(bytes.count, start + size)]))
    }
    return lines + splitter.finish()
  }

  @Test(arguments: [1, 2, 3, 1000]) func `lines are whole, however the log is read`(size: Int) {
    let text = "one\n\n\u{1B}[31mred\u{1B}[0m\r\n\u{1B}[2K\n  \nzwölf\n\u{1B}]0;title\nnext\nlast"
    #expect(split(Array(text.utf8), by: size) == ["one", "red", "  ", "zwölf", "next", "last"])
  }

  @Test(arguments: [1, 7, 1000]) func `what is not UTF-8 is replaced`(size: Int) {
    #expect(split([0x61, 0xFF, 0xC3, 0x0A, 0xE2, 0x82], by: size) == ["a\u{FFFD}\u{FFFD}", "\u{FFFD}"])
  }

  @Test(arguments: [1000, 65536, 200_000]) func `long lines become several of at most 64 KiB, and lose nothing`(
    size: Int
  ) {
    let line = String(repeating: "äöü", count: 30_000)
    let lines = split(Array("\(line)\nshort\n".utf8), by: size)
    #expect(lines.dropLast().joined() == line)
    #expect(lines.allSatisfy { $0.utf8.count <= 65536 })
    #expect(lines.last == "short")
    let invalid = split([UInt8](repeating: 0xFF, count: 70_000), by: size)
    #expect(invalid.allSatisfy { $0.utf8.count <= 65536 })
    #expect(invalid.joined().unicodeScalars.count == 70_000)
  }

  @Test func `exactly as many bytes as a line may have are one line`() {
    let line = String(repeating: "x", count: 65536)
    #expect(split(Array("\(line)\n".utf8), by: 5000) == [line])
  }
}
