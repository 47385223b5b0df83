import Testing

@testable import Git

struct GitRefListParserTests {
  static let one = String(repeating: "1", count: 40)
  static let two = String(repeating: "2", count: 40)
  static let long = String(repeating: "a", count: 64)

  private func parse(_ text: String, piece: Int = .max) throws -> GitRefs {
    var parser = GitRefListParser()
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      try parser.take(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
    return parser.refs
  }

  @Test(
    arguments: [
      ("", nil, [:]),
      ("ref: refs/heads/main\tHEAD\n\(one)\tHEAD\n", "refs/heads/main", ["HEAD": one]),
      ("\(one)\tHEAD\n\(two)\trefs/heads/a b\n", nil, ["HEAD": one, "refs/heads/a b": two]),
      ("\(one)\trefs/tags/v1\n\(two)\trefs/tags/v1^{}\n", nil, ["refs/tags/v1": two]),
      ("\(two)\trefs/tags/v1^{}\n\(one)\trefs/tags/v1\n", nil, ["refs/tags/v1": two]),
      ("\(long)\trefs/heads/ä\n", nil, ["refs/heads/ä": long]),
      ("ref: refs/heads/x\trefs/remotes/origin/HEAD\nref: elsewhere\tHEAD\n", nil, [:]),
      ("warning: something\nno tab\n\t\n\(one)\t\n\(one.dropLast())\trefs/heads/a\n", nil, [:]),
      ("\(one)\trefs/heads/a\u{0}b\n\(one)\trefs/heads/\u{1b}[m\n\(two)\trefs/heads/c\n", nil, ["refs/heads/c": two]),
      ("\(one)\trefs/heads/unended", nil, [:]),
    ] as [(String, String?, [String: String])])
  func `Lines become refs, in whatever pieces they come`(
    _ text: String, _ branch: String?, _ commits: [String: String]
  ) throws {
    for piece in [Int.max, 1, 7] {
      #expect(try parse(text, piece: piece) == GitRefs(defaultBranch: branch, commits: commits))
    }
  }

  @Test func `A name that is not UTF-8 is left out`() throws {
    var parser = GitRefListParser()
    try parser.take(Array(Self.one.utf8) + [9, 0xff, 0xfe, 10] + Array("\(Self.two)\trefs/heads/b\n".utf8))
    #expect(parser.refs.commits == ["refs/heads/b": Self.two])
  }

  @Test func `A line without an end, and refs without one, are refused`() throws {
    #expect(throws: GitRefListParser.TooMany.self) { try parse(String(repeating: "x", count: 100_000)) }
    var parser = GitRefListParser()
    #expect(throws: GitRefListParser.TooMany.self) {
      for number in 0... { try parser.take(Array("\(Self.one)\trefs/heads/\(number)\n".utf8)) }
    }
  }
}
