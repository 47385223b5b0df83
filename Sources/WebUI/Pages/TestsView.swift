internal import Model
internal import Store

/// The tests that a build's reports tell of; those that failed first.
struct TestsView: Sendable {
  var build: Build
  var part: BuildResultsPart
  /// The page's path.
  var path: String

  private var counts: TestCounts? { build.results?.counts.tests }

  /// Always there, so that the first report can appear while the build runs.
  var html: HTML {
    """
    <section class="panel" id="tests" aria-labelledby="tests-title" data-live="tests"\
    \(counts == nil ? " hidden" : "")>\(counts.map(content))</section>
    """
  }

  private func content(_ counts: TestCounts) -> HTML {
    """
    <div class="panel-head"><h2 id="tests-title">Tests</h2><span class="count">\(ResultWords.tests(counts))</span></div>
    <nav class="chips result-chips" aria-label="Which tests">\(chip(nil, "All", counts.total))\
    \(chip(.failed, "Failed", counts.failed))\(counts.errors > 0 ? chip(.error, "Errors", counts.errors) : "")\
    \(chip(.passed, "Passed", counts.passed))\(chip(.skipped, "Skipped", counts.skipped))</nav>\(list)\(pager)
    """
  }

  private func chip(_ status: TestCase.Status?, _ words: HTML, _ count: Int64) -> HTML {
    let current: HTML = part.selection.tests == status ? #" aria-current="true""# : ""
    return """
      <a class="chip" href="\(part.selection.with(status).target(path))#tests"\(current)>\(words) \
      <span class="chip-count">\(count)</span></a>
      """
  }

  private var list: HTML {
    guard !part.tests.elements.isEmpty else { return "<p class=\"muted\">There are none of this kind.</p>" }
    let first = part.tests.elements.first { $0.test.message != nil && Self.isBad($0.test.status) }?.id
    return """
      <ol class="tests">\(part.tests.elements.map { row($0, isOpen: $0.id == first) })</ol>
      """
  }

  private static func isBad(_ status: TestCase.Status) -> Bool { status == .failed || status == .error }

  private func row(_ stored: StoredTest, isOpen: Bool) -> HTML {
    let test = stored.test
    let suite: HTML = test.suite.isEmpty ? "" : "<bdi class=\"suite\">\(test.suite)</bdi> "
    let name: HTML = """
      <span class="test-name">\(suite)\
      <bdi>\(test.name)</bdi></span><span class="test-time">\(test.durationMicroseconds.map(Self.time))</span>
      """
    let open: HTML = isOpen ? " open" : ""
    let content: HTML =
      test.message.map {
        "<details\(open)><summary>\(name)</summary><pre class=\"code\" tabindex=\"0\">\($0)</pre></details>"
      } ?? "<div class=\"test-line\">\(name)</div>"
    let status = Self.tone(test.status)
    return """
      <li data-key="t\(stored.id)" data-status="\(status.rawValue)"><span class="status">\(Icon.status(status))\
      <span>\(Self.word(test.status))</span></span>\(content)</li>
      """
  }

  private static func tone(_ status: TestCase.Status) -> Status {
    switch status {
    case .passed: .passed
    case .failed, .error: .failed
    case .skipped: .skipped
    }
  }

  private static func word(_ status: TestCase.Status) -> HTML {
    switch status {
    case .passed: "Passed"
    case .failed: "Failed"
    case .error: "Error"
    case .skipped: "Skipped"
    }
  }

  private static func time(_ microseconds: Int64) -> HTML { "\(Duration.milliseconds(microseconds / 1000).quantity)" }

  private var pager: HTML {
    let selection = part.selection
    let first: HTML =
      selection.testsAfter == nil
      ? "" : "<a class=\"button\" href=\"\(selection.with(selection.tests).target(path))#tests\">First</a>"
    let next: HTML? = part.tests.next.map {
      """
      <a class="button" rel="next" href="\(selection.with(selection.tests, after: $0).target(path))#tests">More</a>
      """
    }
    if selection.testsAfter == nil, next == nil { return "" }
    return "<nav class=\"pager\" aria-label=\"Pages of tests\">\(first)\(next)</nav>"
  }
}
