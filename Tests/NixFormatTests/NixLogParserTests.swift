import NixFormat
import Testing

@Suite struct NixLogParserTests {
  private static let alpha = "/nix/store/gw9nvbqi0x3pdf0fk51447farxf0iilp-alpha.drv"
  private static let fetched = "/nix/store/gnqq3s4p985qri8a8dn9zmdw57cl8dd3-alpha"
  /// As Nix 2.8 writes it, shortened.
  private static let log = """
    warning: not part of the log
    @nix {"action":"start","id":1,"level":0,"text":"","type":104}
    @nix {"action":"start","id":2,"level":6,"text":"querying info about missing paths","type":0}
    @nix {"action":"stop","id":2}
    @nix {"action":"start","fields":["\(alpha)","",1,1],"id":3,"level":3,"text":"building '\(alpha)'","type":105}
    @nix {"action":"result","fields":["hello \\u001b[31mred\\u001b[0m"],"id":3,"type":101}
    @nix {"action":"result","fields":[""],"id":3,"type":101}
    @nix {"action":"result","fields":[0,1,1,0],"id":1,"type":105}
    @nix {"action":"stop","id":3}
    @nix {"action":"start","fields":["\(fetched)","http://cache","local"],"id":4,"level":3,"text":"copying path","type":100}
    @nix {"action":"result","fields":[100,200,0,0],"id":4,"type":105}
    @nix {"action":"stop","id":4}
    @nix {"action":"result","fields":[1,2,0,1],"id":1,"type":105}
    @nix {"action":"msg","column":null,"file":null,"level":0,"line":null,"msg":"error: of\\ntwo lines"}
    @nix {"action":"stop","id":1}

    """

  private static let shown = """
    warning: not part of the log
    building '\(alpha)'...
    alpha> hello \u{1B}[31mred\u{1B}[0m
    alpha>\u{20}
    copying path...
    error: of
    two lines

    """

  @Test(arguments: [1, 5, 4096]) func `people see what Nix shows them, and each build's lines`(size: Int) throws {
    var parser = NixLogParser(prefixesNames: true)
    let bytes = Array(Self.log.utf8)
    var shown: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      shown += parser.take(Array(bytes[start..<min(bytes.count, start + size)]))
    }
    #expect(String(decoding: shown + parser.finish(), as: UTF8.self) == Self.shown)
    let built = try #require(StorePath(Self.alpha))
    let fetched = try #require(StorePath(Self.fetched))
    #expect(
      parser.takeEvents() == [
        .buildStarted(built), .buildEnded(built), .fetchStarted(fetched, from: "http://cache"),
        .fetchProgress(fetched, done: 100, expected: 200), .fetchEnded(fetched), .failures(1),
      ])
    #expect(parser.takeEvents().isEmpty)
  }

  @Test func `without names a build's lines are as it wrote them`() {
    var parser = NixLogParser(prefixesNames: false)
    let shown = String(decoding: parser.take(Array(Self.log.utf8)), as: UTF8.self)
    #expect(shown.contains("\nhello \u{1B}[31mred"))
    #expect(!shown.contains("alpha> "))
  }

  @Test(arguments: [
    "@nix ", "@nix {", "@nix []", "@nix {\"action\":1}", "@nix {\"action\":\"start\",\"id\":-1}",
    "@nix {\"action\":\"msg\",\"msg\":7}", "@nixx", "\u{0}@nix",
  ]) func `what cannot be read is shown as it is`(line: String) {
    var parser = NixLogParser(prefixesNames: true)
    #expect(parser.take(Array("\(line)\n".utf8)) == Array("\(line)\n".utf8))
  }

  @Test(arguments: [
    #"{"action":"stop","id":9}"#, #"{"action":"start"}"#, #"{"action":"result","id":1,"type":105,"fields":[{}]}"#,
    #"{"action":"start","id":1,"type":105,"fields":["/etc/passwd"]}"#, #"{"action":"new"}"#,
    #"{"action":"result","id":1,"type":105}"#,
  ]) func `events that make no sense are neither shown nor told`(json: String) {
    var parser = NixLogParser(prefixesNames: true)
    #expect(parser.take(Array("@nix \(json)\n".utf8)).isEmpty)
    #expect(parser.takeEvents().isEmpty)
  }

  @Test(arguments: [
    (
      "\\u001b[31;1merror:\\u001b[0m builder for '\(alpha)' failed with exit code 3",
      "builder for 'alpha' failed with exit code 3"
    ),
    ("error: of\\ntwo lines", "of"), ("error: \(fetched) is gone", "\(fetched) is gone"), ("", nil), ("error: ", nil),
    ("\\u001b[", nil),
  ]) func `the first error says why the command failed`(message: String, expected: String?) {
    var parser = NixLogParser(prefixesNames: true)
    _ = parser.take(Array(#"@nix {"action":"msg","level":1,"msg":"a warning"}"#.utf8) + [10])
    #expect(parser.failure == nil)
    _ = parser.take(Array("@nix {\"action\":\"msg\",\"level\":0,\"msg\":\"\(message)\"}\n".utf8))
    #expect(parser.failure == expected)
  }

  @Test func `a last line without its end is shown`() {
    var parser = NixLogParser(prefixesNames: true)
    #expect(parser.take(Array("error".utf8)).isEmpty)
    #expect(parser.finish() == Array("error\n".utf8))
    #expect(parser.finish().isEmpty)
  }
}
