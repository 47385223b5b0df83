import Testing

@testable import WebUI

struct LineDifferenceTests {
  private func text(_ difference: LineDifference) -> String {
    difference.hunks.map { hunk in
      hunk.map { line in
        let mark = line.kind == .same ? " " : (line.kind == .added ? "+" : "-")
        return "\(mark)\(line.number) \(line.text)"
      }.joined(separator: "\n")
    }.joined(separator: "\n...\n")
  }

  @Test(arguments: [
    ("", "", ""), ("a\n", "a\n", ""), ("", "a\nb\n", "+1 a\n+2 b"), ("a\nb", "", "-1 a\n-2 b"),
    ("a\nb\nc\n", "a\nx\nc\n", " 1 a\n-2 b\n+2 x\n 3 c"),
    ("1\n2\n3\n4\n5\n", "1\n2\n3\n4\n5\n6\n", " 3 3\n 4 4\n 5 5\n+6 6"),
    (
      "a\n1\n2\n3\n4\n5\n6\n7\n8\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\n8\nB\n",
      "-1 a\n+1 A\n 2 1\n 3 2\n 4 3\n...\n 7 6\n 8 7\n 9 8\n-10 b\n+10 B"
    ),
    (
      "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
      "-1 a\n+1 A\n 2 1\n 3 2\n 4 3\n 5 4\n 6 5\n 7 6\n-8 b\n+8 B"
    ),
  ])
  func `Lines that went and came are shown with three around them`(old: String, new: String, shown: String) {
    #expect(text(LineDifference(from: old, to: new)) == shown)
  }

  @Test(arguments: 0..<30 as Range<UInt64>)
  func `Whatever the texts, the lines that are there and came are the newer text`(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    func lines() -> [String] { (0..<next(30)).map { _ in "l\(next(5))" } }
    let (old, new) = (lines(), lines())
    let difference = LineDifference(from: old.joined(separator: "\n"), to: new.joined(separator: "\n"))
    let shown = difference.hunks.joined()
    for line in shown where line.kind != .removed { #expect(new[line.number - 1] == line.text) }
    for line in shown where line.kind == .removed { #expect(old[line.number - 1] == line.text) }
    #expect(old.count - difference.removed == new.count - difference.added)
    #expect((difference.added + difference.removed == 0) == (old == new))
  }

  @Test func `Very long texts that share nothing are shown as gone and come`() {
    let (old, new) = ((0..<5000).map { "a\($0)" }, (0..<5000).map { "b\($0)" })
    let difference = LineDifference(from: old.joined(separator: "\n"), to: new.joined(separator: "\n"))
    #expect(difference.added == 5000 && difference.removed == 5000)
  }
}
