internal import Model

/// Counts of results in one column: numbers with a space between them, `-` for none. One column rather than eight,
/// because lists of builds read it for each, and most builds have none.
enum ResultText {
  static func encode(_ counts: ResultCounts) -> String {
    let tests = counts.tests
    return text([
      counts.messages.errors, counts.messages.warnings, tests?.passed, tests?.failed, tests?.errors, tests?.skipped,
    ])
  }

  static func counts(_ text: String) -> ResultCounts { counts(numbers(text)) }

  static func encode(_ results: BuildResults) -> String {
    encode(results.counts) + " " + text([results.comparedWith?.rawValue, results.new.errors, results.new.warnings])
  }

  static func results(_ text: String) -> BuildResults {
    let numbers = numbers(text)
    func number(_ index: Int) -> Int64? { numbers.indices.contains(index) ? numbers[index] : nil }
    return BuildResults(
      counts: counts(numbers), comparedWith: number(6).map(BuildID.init(rawValue:)),
      new: MessageCounts(errors: number(7) ?? 0, warnings: number(8) ?? 0))
  }

  private static func counts(_ numbers: [Int64?]) -> ResultCounts {
    func number(_ index: Int) -> Int64? { numbers.indices.contains(index) ? numbers[index] : nil }
    return ResultCounts(
      messages: MessageCounts(errors: number(0) ?? 0, warnings: number(1) ?? 0),
      tests: number(2).map {
        TestCounts(passed: $0, failed: number(3) ?? 0, errors: number(4) ?? 0, skipped: number(5) ?? 0)
      })
  }

  private static func text(_ numbers: [Int64?]) -> String {
    numbers.map { $0.map { String($0) } ?? "-" }.joined(separator: " ")
  }

  private static func numbers(_ text: String) -> [Int64?] {
    text.utf8.split(separator: UInt8(ascii: " ")).map { Int64(String(Substring($0))) }
  }
}
