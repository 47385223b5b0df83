import HTTPServer
import Model
import Store
import Testing

@testable import WebUI

@Suite struct `What was found in a build` {
  private func view(
    _ counts: ResultCounts, messages: [StoredMessage] = [], tests: [StoredTest] = [], next: Int64? = nil,
    new: MessageCounts = MessageCounts(), selection: ResultSelection = ResultSelection()
  ) -> String {
    var build = someBuild()
    build.results = BuildResults(counts: counts, comparedWith: BuildID(rawValue: 6), new: new)
    var view = buildView(build)
    view.results = BuildResultsPart(
      selection: selection, messages: ResultPage(elements: messages, next: next),
      tests: ResultPage(elements: tests, next: next), comparedWith: someBuild())
    return view.html.text
  }

  private func message(_ text: String, file: String = "a.c", option: String? = nil, isNew: Bool = false)
    -> StoredMessage
  {
    StoredMessage(
      id: 1, job: JobID(rawValue: 2),
      message: CompilerMessage(severity: .error, file: file, line: 3, text: text, option: option, logLine: 12),
      isNew: isNew)
  }

  @Test func `has no place on the page where there is nothing, but one to appear in`() {
    let text = buildView(someBuild()).html.text
    #expect(text.contains(#"data-live="messages" hidden></section>"#))
    #expect(text.contains(#"data-live="tests" hidden></section>"#))
  }

  @Test func `leads to lines of the log, and says what is new`() {
    let counts = ResultCounts(messages: MessageCounts(errors: 1, warnings: 2))
    let text = view(
      counts, messages: [message("bad", option: "-Wx", isNew: true)], next: 9, new: MessageCounts(errors: 1))
    #expect(text.contains(#"href="/builds/7/jobs/2#L12""#))
    #expect(text.contains("1 error, 2 warnings"))
    #expect(text.contains("1 error new since"))
    #expect(text.contains(#"<span class="tag new">new</span>"#))
    #expect(text.contains(#"href="/builds/7?messages_after=9#messages""#))
    #expect(text.contains(#"href="/builds/7?messages=new#messages""#))
  }

  @Test func `shows why tests failed`() {
    let test = StoredTest(
      id: 4, job: JobID(rawValue: 2),
      test: TestCase(suite: "s", name: "n", status: .failed, durationMicroseconds: 1_500_000, message: "why\nnot"),
      sort: 4)
    let text = view(ResultCounts(tests: TestCounts(passed: 3, failed: 1)), tests: [test])
    #expect(text.contains("1 of 4 tests failed"))
    #expect(text.contains("<details open><summary>"))
    #expect(text.contains("why\nnot</pre>"))
    #expect(text.contains("1.5 s"))
    #expect(text.contains(#"href="/builds/7?tests=passed#tests""#))
  }

  @Test(arguments: hostileTexts) func `is escaped`(_ hostile: String) {
    let counts = ResultCounts(messages: MessageCounts(errors: 1), tests: TestCounts(failed: 1))
    let test = StoredTest(
      id: 4, job: JobID(rawValue: 2),
      test: TestCase(suite: hostile, name: hostile, status: .failed, message: hostile), sort: 4)
    let text = view(counts, messages: [message(hostile, file: hostile, option: hostile)], tests: [test])
    if hostile.contains("<") || hostile.contains("'") || hostile.contains("\"") { #expect(!text.contains(hostile)) }
  }

  @Test(
    arguments: [
      ([], "/b"), ([("messages", "new"), ("messages_after", "5")], "/b?messages=new&messages_after=5"),
      ([("messages", "bad"), ("tests", "bad")], "/b"),
      ([("tests", "failed"), ("tests_after", "-1")], "/b?tests=failed"),
      ([("tests_after", "8")], "/b?tests_after=8"),
    ] as [([(name: String, value: String)], String)])
  func `is chosen by the address`(query: [(name: String, value: String)], target: String) {
    let request = HTTPRequest(method: "GET", target: "/b", pathSegments: ["b"], query: query)
    #expect(ResultSelection(request).target("/b") == target)
  }
}
