internal import Model

/// What was found in a build, in a few words.
enum ResultWords {
  /// `1 error`, `2 errors`.
  static func count(_ count: Int64, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

  /// `2 errors, 3 warnings`; empty where there are none.
  static func messages(_ counts: MessageCounts) -> String {
    let parts = [(counts.errors, "error"), (counts.warnings, "warning")].filter { $0.0 > 0 }
    return parts.map { count($0.0, $0.1) }.joined(separator: ", ")
  }

  /// `2 of 12 tests failed`, `12 tests passed`.
  static func tests(_ counts: TestCounts) -> String {
    let failed = counts.failed &+ counts.errors
    if failed > 0 { return "\(failed) of \(count(counts.total, "test")) failed" }
    if counts.passed == 0 { return "\(count(counts.total, "test")), none ran" }
    return "\(count(counts.passed, "test")) passed"
  }

  /// The counts as small texts for a list or a head; `target` makes them links.
  static func facts(_ results: BuildResults, target: String? = nil) -> [HTML] {
    var facts: [HTML] = []
    let (messages, new) = (results.counts.messages, results.new)
    if !messages.isEmpty {
      let tone: HTML = messages.errors > 0 ? "failed" : "passed_with_failures"
      let fresh = new.errors &+ new.warnings
      let words: HTML = "\(Self.messages(messages))\(fresh > 0 ? ", \(fresh) new" : "")"
      facts.append(fact(words, tone, target.map { $0 + "#messages" }))
    }
    if let tests = results.counts.tests {
      let tone: HTML = tests.failed &+ tests.errors > 0 ? "failed" : "passed"
      facts.append(fact("\(Self.tests(tests))", tone, target.map { $0 + "#tests" }))
    }
    return facts
  }

  private static func fact(_ words: HTML, _ tone: HTML, _ target: String?) -> HTML {
    guard let target else { return "<span class=\"found\" data-status=\"\(tone)\">\(words)</span>" }
    return "<a class=\"found\" data-status=\"\(tone)\" href=\"\(target)\">\(words)</a>"
  }
}
