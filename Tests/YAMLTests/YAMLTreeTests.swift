import Testing
import YAML

func parse(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLResult {
  YAMLNode.parse(Array(text.utf8), limits: limits)
}

@Suite struct `A YAML tree` {
  @Test func `has every value with its line and column`() throws {
    let result = parse("a: 1\nb:\n- x\n-  {k: 'v'}\n")
    #expect(result.problems.isEmpty)
    let root = try #require(result.root)
    let entries = try #require(root.entries)
    #expect(entries.map(\.key) == ["a", "b"])
    #expect(entries.map(\.mark) == [YAMLMark(line: 1, column: 1), YAMLMark(line: 2, column: 1)])
    #expect(entries[0].value.mark == YAMLMark(line: 1, column: 4))
    let items = try #require(root["b"]?.items)
    #expect(items.map(\.mark) == [YAMLMark(line: 3, column: 3), YAMLMark(line: 4, column: 4)])
    #expect(items[1]["k"]?.mark == YAMLMark(line: 4, column: 8))
  }

  @Test func `counts columns in characters`() throws {
    let root = try #require(parse("{é😀: x, b: y}").root)
    #expect(root.entries?[1].mark == YAMLMark(line: 1, column: 9))
  }

  @Test(arguments: ["yes", "no", "1.0", "0777", "0x1F", "1e3", "2001-01-01", "007", ".5"])
  func `keeps a plain scalar as it is written`(text: String) throws {
    #expect(parse("a: \(text)").root?["a"]?.scalar == YAMLScalar(text, isPlain: true))
    #expect(parse("a: '\(text)'").root?["a"]?.scalar == YAMLScalar(text, isPlain: false))
  }

  @Test(arguments: [("", true), ("~", true), ("null", true), ("''", false), ("\"null\"", false), ("nil", false)])
  func `knows an absent value`(text: String, isNull: Bool) throws {
    let value = try #require(parse("a: \(text)\n").root?["a"])
    #expect(value.isNull == isNull)
  }

  @Test func `resolves blocks and escapes`() throws {
    let root = try #require(parse("a: |\n  one\n  two\nb: >-\n  one\n  two\nc: \"x\\ty\\u00e9\"\n").root)
    #expect(root["a"]?.scalar?.text == "one\ntwo\n")
    #expect(root["b"]?.scalar?.text == "one two")
    #expect(root["c"]?.scalar?.text == "x\tyé")
  }

  @Test(arguments: ["", "\n\n", "# nothing\n", "---\n"])
  func `is absent or null for a text without values`(text: String) {
    let result = parse(text)
    #expect(result.problems.isEmpty)
    #expect(result.root?.isNull ?? true)
  }

  @Test func `allows an anchor, the standard tags and Windows line ends`() {
    let result = parse("a: &name x\r\nb: !!str 1\r\nc: !!seq [1]\r\nd: ! x\r\n")
    #expect(result.problems.isEmpty)
    #expect(result.root?["d"]?.mark == YAMLMark(line: 4, column: 4))
  }
}
