public import Model

/// What was found in a build's logs and reports, in a few lines for people.
public struct ResultSummary: Sendable {
  /// How many tests that did not hold are named.
  static let namedTests = 10

  private var counts: [Int: ResultCounts] = [:]
  private var failing: [String] = []

  /// Nothing was found yet.
  public init() {}

  /// Adds a part of what was found in a job.
  public mutating func add(_ batch: ResultBatch, of position: Int) {
    counts[position] = batch.counts
    for test in batch.tests where failing.count < Self.namedTests && [.failed, .error].contains(test.status) {
      failing.append(Self.name(of: test))
    }
  }

  /// `3 warnings, 1 error`, `tests: 10 passed, 2 failed`, and the failed tests' names; empty where nothing was found.
  public var lines: [String] {
    let all = counts.values.reduce(into: ResultCounts()) { $0 += $1 }
    guard let words = Self.words(all) else { return [] }
    let failed = (all.tests?.failed ?? 0) + (all.tests?.errors ?? 0)
    let rest = failed - Int64(failing.count)
    return [words] + failing.map { "failed: \($0)" } + (rest > 0 && !failing.isEmpty ? ["and \(rest) more"] : [])
  }

  /// `2 errors, 3 warnings; tests: 10 passed, 2 failed`; nil where nothing was found.
  static func words(_ counts: ResultCounts) -> String? {
    var parts: [String] = []
    let messages = counts.messages
    if !messages.isEmpty {
      let words = [plural(messages.errors, "error"), plural(messages.warnings, "warning")].compactMap { $0 }
      parts.append(words.joined(separator: ", "))
    }
    if let tests = counts.tests {
      let numbers = [
        (tests.passed, "passed"), (tests.failed, "failed"), (tests.errors, "with errors"), (tests.skipped, "skipped"),
      ]
      let words = numbers.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      parts.append("tests: " + (words.isEmpty ? "none" : words.joined(separator: ", ")))
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  /// `suite / name`.
  static func name(of test: TestCase) -> String { test.suite.isEmpty ? test.name : "\(test.suite) / \(test.name)" }

  private static func plural(_ count: Int64, _ word: String) -> String? {
    count == 0 ? nil : count == 1 ? "1 \(word)" : "\(count) \(word)s"
  }
}
