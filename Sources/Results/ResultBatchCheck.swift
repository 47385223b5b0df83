public import Model

extension ResultBatch {
  /// Why the batch cannot be stored, as a sentence; nil where it can. Whoever reports it may be another version.
  public var problem: String? {
    if messages.count > ResultLimits.batch || tests.count > ResultLimits.batch {
      return "a batch of results has more than \(ResultLimits.batch) messages or tests"
    }
    guard firstMessage >= 0, firstTest >= 0, firstMessage <= ResultLimits.messagesOfJob - messages.count,
      firstTest <= ResultLimits.testsOfJob - tests.count
    else { return "a job has more results than are kept" }
    let tests = counts.tests ?? TestCounts()
    let all = [
      counts.messages.errors, counts.messages.warnings, tests.passed, tests.failed, tests.errors, tests.skipped,
    ]
    guard all.allSatisfy({ (0...1_000_000_000).contains($0) }) else { return "the results' counts make no sense" }
    guard messages.allSatisfy(\.isBounded), self.tests.allSatisfy(\.isBounded) else {
      return "a message or a test is too long"
    }
    return nil
  }
}

/// Room for the ellipsis of what was cut.
private let ellipsis = 3

extension CompilerMessage {
  fileprivate var isBounded: Bool {
    file.utf8.count <= ResultLimits.nameBytes + ellipsis && text.utf8.count <= ResultLimits.textBytes + ellipsis
      && (option?.utf8.count ?? 0) <= ResultLimits.optionBytes + ellipsis && logLine > 0
  }
}

extension TestCase {
  fileprivate var isBounded: Bool {
    suite.utf8.count <= ResultLimits.nameBytes + ellipsis && name.utf8.count <= ResultLimits.nameBytes + ellipsis
      && (message?.utf8.count ?? 0) <= ResultLimits.testMessageBytes + ellipsis
  }
}
