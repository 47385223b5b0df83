import Testing
import YAML

@Suite struct `A YAML text that is wrong` {
  @Test(arguments: [
    ("a:\n\t- x\n", 2, 1, "tab"),
    ("a:\n  - x\n\t- y\n", 3, 1, "tab"),
    ("a: b: c\n", 1, 5, "': '"),
    ("a: [x, y\n", 2, 1, "opened with '[' at line 1"),
    ("a: {x: 1\n", 2, 1, "opened with '{' at line 1"),
    ("a: \"x\nb\n", 3, 1, "begins at line 1 is not closed"),
    ("a: 'x\n", 2, 1, "not closed"),
    ("- a\n b\n- c\n  d: e\n", 4, 4, "': '"),
    ("a: 1\n b: 2\n", 2, 3, "': '"),
    ("a:\n  b: 1\n c: 2\n", 3, 2, "key"),
    ("a: @x\n", 1, 4, "cannot begin with '@'"),
    ("a: \"\\q\"\n", 1, 5, "escape"),
    ("a: b\n---\nc: d\n", 2, 1, "second"),
    ("a: *x\n", 1, 4, "alias '*x'"),
    ("a: {<<: {b: c}}\n", 1, 5, "merge key"),
    ("a: 1\nb: 2\na: 3\n", 3, 1, "'a' is there already"),
    ("a: !!binary aGk=\n", 1, 4, "'!!binary'"),
    ("a: !mine x\n", 1, 4, "'!mine'"),
    ("[a, b]: c\n", 1, 1, "must be text"),
    ("? {a: b}\n: c\n", 1, 3, "must be text"),
    ("%FOO bar\n---\na: b\n", 1, 5, "directives"),
    ("a: %x\n", 1, 4, "cannot begin with '%'"),
    ("a: \u{1}\n", 1, 4, "U+01"),
    ("a: x\0y\n", 1, 5, "NUL"),
    ("é: \u{FFFE}\n", 1, 4, "U+FFFE"),
    ("\u{FEFF}a: b\n", 1, 1, "byte order mark"),
  ])
  func `is reported in plain words with its position`(text: String, line: Int, column: Int, words: String) throws {
    let problem = try #require(parse(text).problems.first)
    #expect(problem.mark == YAMLMark(line: line, column: column), "\(problem)")
    #expect(problem.message.contains(words), "\(problem)")
  }

  @Test(
    arguments: [
      [0x61, 0x3A, 0x20, 0xFF], [0x61, 0x3A, 0x20, 0xC0, 0x80], [0x61, 0x3A, 0x20, 0xED, 0xA0, 0x80],
      [0x61, 0x3A, 0x20, 0xE2, 0x82], [0x61, 0x3A, 0x20, 0xF5, 0x80, 0x80, 0x80], [0x61, 0x3A, 0x20, 0x80],
    ] as [[UInt8]])
  func `is refused where it is not UTF-8`(bytes: [UInt8]) throws {
    let result = YAMLNode.parse(bytes)
    #expect(result.root == nil)
    let problem = try #require(result.problems.first)
    #expect(problem.mark == YAMLMark(line: 1, column: 4))
    #expect(problem.message.contains("UTF-8"))
  }

  @Test func `is refused as UTF-16`() {
    #expect(YAMLNode.parse([0xFF, 0xFE, 0x61, 0x00]).problems.first?.message == "the file is UTF-16; save it as UTF-8")
  }

  @Test func `has all its aliases, merge keys and repeated keys reported at once, beside the tree`() {
    let result = parse("a: &x 1\nb: *x\nc: *y\nd: {<<: *x}\na: 2\n")
    #expect(result.problems.map(\.mark.line) == [2, 3, 4, 4, 5])
    #expect(result.root?["a"]?.scalar?.text == "1")
    #expect(result.root?["b"]?.content == .unusable)
  }

  @Test func `costs nothing when it is a billion laughs`() {
    var text = "a0: &a0 [lol, lol]\n"
    for level in 1...60 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
    }
    let result = parse(text)
    #expect(result.problems.count == 100)
    #expect(result.root == nil)
  }

  @Test func `is refused beyond its limits`() {
    #expect(parse("abcd", limits: YAMLLimits(bytes: 3)).problems.first?.message.contains("4 bytes") == true)
    let deep = String(repeating: "[", count: 33)
    #expect(parse(deep).problems.first?.mark == YAMLMark(line: 1, column: 33))
    #expect(parse(String(repeating: "[", count: 100_000)).problems.first?.message.contains("deeper") == true)
    #expect(parse("[a, b, c]", limits: YAMLLimits(nodes: 2)).problems.first?.mark == YAMLMark(line: 1, column: 8))
    #expect(parse("- a\n- b\n", limits: YAMLLimits(nodes: 3)).problems.isEmpty)
  }
}
