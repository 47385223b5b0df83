public import Model

/// What a report of tests says. What exceeds the limits is counted and not kept.
public struct TestReport: Sendable, Hashable {
  /// The kept tests, in the report's order.
  public private(set) var tests: [TestCase] = []
  /// How many there are in all.
  public private(set) var counts = TestCounts()
  private var messageBytes = 0

  /// An empty report.
  public init() {}

  /// The same report with other texts, as without what must not be seen.
  public func changed(_ change: (String) -> String) -> TestReport {
    var report = self
    for index in report.tests.indices {
      report.tests[index].suite = change(tests[index].suite)
      report.tests[index].name = change(tests[index].name)
      report.tests[index].message = tests[index].message.map(change)
    }
    return report
  }

  /// Adds a test; bounds what it says.
  mutating func add(_ test: TestCase) {
    counts.add(test.status)
    guard tests.count < ResultLimits.testsOfJob else { return }
    var kept = test
    kept.suite = PlainText.line(test.suite.utf8, limit: ResultLimits.nameBytes)
    kept.name = PlainText.line(test.name.utf8, limit: ResultLimits.nameBytes)
    if kept.name.isEmpty { kept.name = "test \(counts.total)" }
    let room = min(ResultLimits.testMessageBytes, ResultLimits.testMessageBytesOfJob - messageBytes)
    kept.message = test.message.flatMap { room > 0 ? PlainText.lines($0, limit: room) : nil }
    if kept.message?.isEmpty == true { kept.message = nil }
    messageBytes += kept.message?.utf8.count ?? 0
    tests.append(kept)
  }

  /// Names what the tests from `first` on belong to, inside of what they belong to already.
  mutating func nest(from first: Int, under suite: String) {
    for index in tests.indices.dropFirst(first) {
      let inner = tests[index].suite
      let path = inner.isEmpty ? suite : "\(suite) > \(inner)"
      tests[index].suite = PlainText.line(path.utf8, limit: ResultLimits.nameBytes)
    }
  }

  /// Adds to why the last test did not pass.
  mutating func explainLast(_ text: String) {
    guard let index = lastKept, tests[index].status != .passed else { return }
    let before = tests[index].message.map { $0 + "\n" } ?? ""
    let room = ResultLimits.testMessageBytes - before.utf8.count
    guard room > 1, messageBytes < ResultLimits.testMessageBytesOfJob else { return }
    let message = before + PlainText.lines(text, limit: room)
    messageBytes += message.utf8.count - max(0, before.utf8.count - 1)
    tests[index].message = message
  }

  /// Says how long the last test took.
  mutating func timeLast(_ microseconds: Int64) {
    if let index = lastKept { tests[index].durationMicroseconds = microseconds }
  }

  /// Where the last test is; nil where it was not kept.
  private var lastKept: Int? { counts.total > tests.count ? nil : tests.indices.last }
}

/// Why a file that looked like a report is none.
public struct TestReportProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The end of a sentence.
  public let description: String

  /// A problem.
  public init(_ description: String) { self.description = description }
}

/// The kinds of reports.
public enum TestReportFormat: Sendable, Hashable {
  /// XML as JUnit's and most others' reports are.
  case junit
  /// The Test Anything Protocol.
  case tap

  /// Bytes that `init(name:beginning:)` looks at.
  public static let beginningSize = 12
  /// Larger reports are not read.
  public static let sizeLimit: Int64 = 64 << 20

  /// What a file of this name that begins in this way may be; nil for what is no report.
  public init?(name: String, beginning: [UInt8]) {
    let name = name.lowercased()
    if name.hasSuffix(".xml") {
      self = .junit
    } else if name.hasSuffix(".tap") || beginning.starts(with: Array("TAP version ".utf8)) {
      self = .tap
    } else {
      return nil
    }
  }
}

/// Reads a report that comes in pieces. Not to be used from two tasks at once.
public final class TestReportReader {
  private let junit: JUnitReader?
  private var tap = TAPReader()

  /// A reader for this format.
  public init(_ format: TestReportFormat) throws(TestReportProblem) {
    junit = format == .junit ? try JUnitReader() : nil
  }

  /// Takes the next bytes; false once nothing more is wanted. After an error it must not be called again.
  public func read(_ bytes: [UInt8]) throws(TestReportProblem) -> Bool {
    if let junit { return try junit.read(bytes) }
    tap.read(bytes)
    return true
  }

  /// The report; nil where the file is none.
  public func finish() throws(TestReportProblem) -> TestReport? {
    if let junit { return try junit.finish() }
    return tap.finish()
  }
}
