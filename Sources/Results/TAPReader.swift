internal import Model

/// Reads the Test Anything Protocol, versions 12 to 14, and what `prove -v` prints. Lines that are none of it are left.
struct TAPReader {
  /// A subtest, or the whole.
  private struct Level {
    var name: String?
    /// How many tests there were when it began.
    var first: Int
    var planned: Int?
    var plans = 0
    var seen = 0
    var hasFailed = false
  }

  static let lineLimit = 8192
  static let depthLimit = 20

  private var report = TestReport()
  private var levels = [Level(name: nil, first: 0)]
  /// A name that a comment gives to the subtest that follows.
  private var announced: String?
  private var line: [UInt8] = []
  private var isInDetails = false
  private var hasTests = false
  /// True where the test that was read last is kept and failed: what follows says why.
  private var isExplained = false

  mutating func read(_ bytes: [UInt8]) {
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if part.offset > 0 { endLine() }
      line += part.element.prefix(max(0, Self.lineLimit - line.count))
    }
  }

  /// Nil where there was no test.
  mutating func finish() -> TestReport? {
    if !line.isEmpty { endLine() }
    close(to: 1)
    if let problem = missing(levels[0]) {
      hasTests = true
      report.add(TestCase(suite: "", name: "plan", status: .error, message: problem))
    }
    return hasTests ? report : nil
  }

  private mutating func endLine() {
    let text = String(decoding: PlainText.withoutEscapes(line), as: UTF8.self)
    line.removeAll(keepingCapacity: true)
    let indent = text.utf8.prefix { $0 == 0x20 }.count
    var rest = text.dropFirst(indent)
    while rest.last?.isWhitespace == true { rest.removeLast() }
    if takesAsDetail(rest) { return }
    let depth = min(indent / 4, Self.depthLimit)
    if rest.hasPrefix("#") { return comment(rest.dropFirst()) }
    guard indent % 4 == 0 else { return }
    if let test = TAPTest(rest) {
      take(test, depth)
    } else if let plan = TAPPlan(rest) {
      take(plan, depth)
    } else if rest.hasPrefix("Bail out!") {
      hasTests = true
      // Of course nothing more ran.
      levels[0].planned = nil
      report.add(TestCase(suite: "", name: "Bail out!", status: .error, message: String(rest.dropFirst(10))))
    }
  }

  /// The block of YAML behind a test says why it failed.
  private mutating func takesAsDetail(_ text: Substring) -> Bool {
    if isInDetails {
      if text == "..." {
        isInDetails = false
      } else if text.hasPrefix("duration_ms:") {
        if let time = microseconds(text.dropFirst(12).filter { $0 != " " }) { report.timeLast(time / 1000) }
      } else if isExplained {
        report.explainLast(String(text))
      }
      return true
    }
    isInDetails = text == "---" && hasTests
    return isInDetails
  }

  private mutating func comment(_ text: Substring) {
    let said = text.drop { $0 == " " }
    if said.hasPrefix("Subtest:") {
      announced = String(said.dropFirst(8).drop { $0 == " " })
    } else if isExplained, !said.isEmpty, !said.hasPrefix("Looks like") {
      report.explainLast(String(said))
    }
  }

  private mutating func take(_ test: TAPTest, _ depth: Int) {
    hasTests = true
    open(to: depth)
    let place = min(depth, levels.count - 1)
    let hadSubtest = levels.count > place + 1
    let childFailed = levels[(place + 1)...].contains { $0.hasFailed }
    close(to: place + 1, named: test.name)
    levels[place].seen += 1
    if test.status == .failed { levels[place].hasFailed = true }
    // The test of a subtest says again what its parts have said.
    let isRepeated = hadSubtest && (test.status == .passed || childFailed)
    isExplained = !isRepeated && test.status == .failed
    if isRepeated { return }
    report.add(TestCase(suite: "", name: test.name, status: test.status, message: test.reason))
  }

  private mutating func take(_ plan: TAPPlan, _ depth: Int) {
    open(to: depth)
    let place = min(depth, levels.count - 1)
    close(to: place + 1)
    levels[place].plans += 1
    levels[place].planned = plan.count
    guard plan.count == 0, place == 0 else { return }
    hasTests = true
    report.add(TestCase(suite: "", name: "all tests", status: .skipped, message: plan.reason))
  }

  private mutating func open(to depth: Int) {
    if depth >= levels.count {
      levels.append(Level(name: announced, first: report.tests.count))
      announced = nil
    }
  }

  /// Ends the subtests below `depth`; the outermost is called `name` where it had none.
  private mutating func close(to depth: Int, named name: String? = nil) {
    while levels.count > depth, let level = levels.popLast() {
      let isLast = levels.count == depth
      if let problem = missing(level) {
        report.add(TestCase(suite: "", name: "plan", status: .error, message: problem))
      }
      if let title = level.name ?? (isLast ? name : nil) { report.nest(from: level.first, under: title) }
    }
  }

  /// What a level did not run of its plan. A text of several documents has several plans and is not measured.
  private func missing(_ level: Level) -> String? {
    guard let planned = level.planned, level.plans == 1, planned > level.seen else { return nil }
    return "\(planned) tests were planned, \(level.seen) ran"
  }
}

/// `not ok 2 - the name # TODO why`.
struct TAPTest {
  var name: String
  var status: TestCase.Status
  var reason: String?

  init?(_ line: Substring) {
    var rest = line
    let isNot = rest.hasPrefix("not ok")
    guard isNot || rest.hasPrefix("ok") else { return nil }
    rest = rest.dropFirst(isNot ? 6 : 2)
    guard rest.isEmpty || rest.first == " " else { return nil }
    rest = rest.drop { $0 == " " }
    let number = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(number.count).drop { $0 == " " }
    if rest.hasPrefix("- ") { rest = rest.dropFirst(2) }
    let (text, directive) = Self.split(rest)
    name = text.isEmpty ? "test \(number)" : text
    status = isNot ? .failed : .passed
    guard let directive else { return }
    let word = directive.prefix(4).lowercased()
    if word == "skip" {
      status = .skipped
    } else if word == "todo", isNot {
      // It is known not to hold yet.
      status = .skipped
    } else {
      return
    }
    reason = directive
  }

  /// Cuts at a `#` that a backslash does not take away and a directive follows.
  private static func split(_ text: Substring) -> (name: String, directive: String?) {
    var search = text.startIndex
    while let mark = text[search...].firstIndex(of: "#") {
      let after = text[text.index(after: mark)...].drop { $0 == " " }
      let isEscaped = mark > text.startIndex && text[text.index(before: mark)] == "\\"
      if !isEscaped, ["skip", "todo"].contains(after.prefix(4).lowercased()) {
        return (unescaped(text[..<mark]), String(after))
      }
      search = text.index(after: mark)
    }
    return (unescaped(text), nil)
  }

  private static func unescaped(_ text: Substring) -> String {
    var kept = ""
    var isEscaped = false
    for character in text {
      if character == "\\", !isEscaped {
        isEscaped = true
        continue
      }
      if isEscaped, character != "#", character != "\\" { kept.append("\\") }
      isEscaped = false
      kept.append(character)
    }
    if isEscaped { kept.append("\\") }
    while kept.last == " " { kept.removeLast() }
    return kept
  }
}

/// `1..4`, `1..0 # SKIP why`.
struct TAPPlan {
  var count: Int
  var reason: String?

  init?(_ line: Substring) {
    guard line.hasPrefix("1..") else { return nil }
    let rest = line.dropFirst(3)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    let behind = rest.dropFirst(digits.count).drop { $0 == " " }
    guard let count = Int(digits), behind.isEmpty || behind.first == "#" else { return nil }
    self.count = count
    let said = behind.dropFirst().drop { $0 == " " }
    reason = said.isEmpty ? nil : String(said)
  }
}
