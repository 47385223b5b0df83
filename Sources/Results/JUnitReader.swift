internal import Model
internal import XML

/// Reads the XML that JUnit began and pytest, CTest, GoogleTest and many others write.
final class JUnitReader {
  private var reader: XMLReader
  private let document = JUnitDocument()

  init() throws(TestReportProblem) {
    guard let reader = XMLReader(document) else { throw TestReportProblem("there is not enough memory to read it") }
    self.reader = reader
  }

  /// False once nothing more is wanted, as of another kind of document.
  func read(_ bytes: [UInt8]) throws(TestReportProblem) -> Bool {
    do { return try reader.read(bytes) } catch { throw damage(error) }
  }

  /// Nil where it is another kind of document.
  func finish() throws(TestReportProblem) -> TestReport? {
    if document.isOther { return nil }
    do { try reader.finish() } catch { throw damage(error) }
    return document.isOther ? nil : document.report
  }

  private func damage(_ problem: XMLProblem) -> TestReportProblem {
    TestReportProblem("\(document.isReport ? "" : "not XML: ")\(problem)")
  }
}

/// What was read of a document so far.
private final class JUnitDocument: XMLHandler {
  private enum Element { case suite, test, outcome, output, other }

  private(set) var report = TestReport()
  private(set) var isReport = false
  private(set) var isOther = false
  private var path: [Element] = []
  private var suites: [String] = []
  private var test: TestCase?
  private var summary = ""
  private var text: [UInt8] = []
  private var output: [UInt8] = []

  func began(_ element: String, _ attributes: [String: String]) -> Bool {
    if path.isEmpty {
      isReport = element == "testsuites" || element == "testsuite"
      isOther = !isReport
      if isOther { return false }
    }
    path.append(kind(of: element))
    switch path.last {
    case .suite: suites.append(attributes["name"] ?? suites.last ?? "")
    case .test: test = begin(attributes)
    case .outcome: note(element, attributes)
    default: break
    }
    return true
  }

  func ended() {
    switch path.popLast() {
    case .suite: suites.removeLast()
    case .test: endTest()
    case .outcome: explain()
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    let limit = ResultLimits.testMessageBytes
    if path.last == .outcome, text.count < limit { text += bytes.prefix(limit) }
    if path.last == .output, output.count < limit { output += bytes.prefix(limit) }
  }

  private func endTest() {
    // CTest says only there what went wrong.
    if let status = test?.status, status == .failed || status == .error, test?.message == nil, !output.isEmpty {
      test?.message = String(decoding: output, as: UTF8.self)
    }
    if let test { report.add(test) }
    test = nil
  }

  /// Only what stands where it belongs counts; a suite in a test is none.
  private func kind(of element: String) -> Element {
    switch (element, path.last) {
    case ("testsuites", nil), ("testsuite", nil), ("testsuite", .suite): .suite
    case ("testcase", .suite): .test
    case ("failure", .test), ("error", .test), ("skipped", .test): .outcome
    case ("system-out", .test), ("system-err", .test): .output
    default: .other
    }
  }

  private func begin(_ attributes: [String: String]) -> TestCase {
    output = []
    let name = attributes["name"] ?? ""
    let around = suites.last.flatMap { $0 == "(empty)" ? nil : $0 } ?? ""
    let suite = attributes["classname"].flatMap { $0.isEmpty || $0 == name ? nil : $0 } ?? around
    // CTest says `status="notrun"`, GoogleTest `result="suppressed"` of a test that is turned off.
    let isOff =
      ["notrun", "disabled"].contains(attributes["status"] ?? "")
      || ["skipped", "suppressed"].contains(attributes["result"] ?? "")
    let failed = attributes["status"] == "fail"
    return TestCase(
      suite: suite, name: name, status: isOff ? .skipped : failed ? .failed : .passed,
      durationMicroseconds: attributes["time"].flatMap(microseconds))
  }

  /// The worst of several outcomes counts.
  private func note(_ element: String, _ attributes: [String: String]) {
    let status: TestCase.Status = element == "failure" ? .failed : element == "error" ? .error : .skipped
    summary = attributes["message"] ?? attributes["type"] ?? ""
    text = []
    if let present = test?.status, badness(status) >= badness(present) { test?.status = status }
  }

  private func explain() {
    let details = String(decoding: text, as: UTF8.self)
    // Several programs say the same in the attribute and in the text.
    let parts = details.hasPrefix(summary) ? [details] : [summary, details]
    let said = ([test?.message ?? ""] + parts).filter { !$0.isEmpty }.joined(separator: "\n")
    test?.message = said.isEmpty ? nil : said
  }

  private func badness(_ status: TestCase.Status) -> Int {
    switch status {
    case .passed: 0
    case .skipped: 1
    case .failed: 2
    case .error: 3
    }
  }
}

/// `0.012` seconds in microseconds; nil for what is no time.
func microseconds(_ seconds: String) -> Int64? {
  guard let value = Double(seconds.filter { $0 != "," }), value.isFinite, value >= 0, value < 1e9 else { return nil }
  return Int64((value * 1e6).rounded())
}
