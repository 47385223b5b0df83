import Logs
import Model
import Routing
import Testing

@testable import WebUI

struct EscapingTests {
  /// Every element and attribute that a page has with harmless text is one that it has with hostile text: only the
  /// text differs, so nothing has become markup.
  private func expectSameMarkup(_ page: (String) -> HTML, _ hostile: String) {
    let harmless = Markup(page("harmless").text)
    let attacked = Markup(page(hostile).text)
    #expect(harmless.tags == attacked.tags)
    #expect(!attacked.tags.isEmpty)
    let text = hostile.filter { $0 == "<" || $0 == "\"" }
    #expect(text.isEmpty || !page(hostile).text.contains(hostile))
  }

  @Test(arguments: hostileTexts) func `interpolated text stays text`(_ text: String) {
    expectSameMarkup({ "<p title=\"\($0)\">\($0)</p>" }, text)
  }

  @Test func `a piece is taken as it is and text is not`() {
    let piece: HTML = "<b>\("<i>")</b>"
    let page: HTML = "<p>\(piece)\([piece, piece])\(piece as HTML?)\(nil as HTML?)</p>"
    #expect(piece.text == "<b>&lt;i&gt;</b>")
    #expect(page.text == "<p>" + String(repeating: piece.text, count: 4) + "</p>")
  }

  @Test(arguments: hostileTexts) func `a list shows a hostile title, tag and namespace as text`(_ text: String) {
    expectSameMarkup(
      { listView([BuildRow(build: someBuild(tags: [$0], namespace: $0, commit: $0), title: $0)]).html }, text)
  }

  @Test(arguments: hostileTexts) func `a hostile filter is shown as text`(_ text: String) {
    expectSameMarkup({ listView([], filter: BuildFilter(tag: $0, search: $0)).html }, text)
    expectSameMarkup(
      { listView([], filter: BuildFilter(tag: $0, search: $0, cursor: 9), next: BuildID(rawValue: 2)).html }, text)
  }

  @Test(arguments: hostileTexts) func `a build's page shows hostile text as text`(_ text: String) {
    expectSameMarkup(
      { text in
        buildView(
          someBuild(status: .failed, comment: text, tags: [text], namespace: text, reason: text, data: ["a": text]),
          jobs: [someJob(stage: text, name: text)], artifacts: [someArtifact(text)], title: text, user: text
        ).html
      }, text)
  }

  @Test(arguments: hostileTexts) func `a manifest loses nothing and gains no markup`(_ text: String) {
    let page = ManifestHighlight.html("a: \(text)\n# \(text)\n- \"\(text)\" # \(text)\n\(text)\n")
    let shown = Markup(page.text)
    #expect(shown.tags.allSatisfy { $0.hasPrefix("<span class=") || $0 == "</span>" })
    #expect(shown.text == "a: \(text)\n# \(text)\n- \"\(text)\" # \(text)\n\(text)\n")
  }

  @Test(arguments: hostileTexts) func `a log's lines are text`(_ text: String) {
    let log = { (text: String) in
      PlainLog(
        lines: [
          LogLine(
            number: 0, offset: 0, elapsedMilliseconds: 0, text: Array("\u{1B}[31m\(text)\u{1B}[0m".utf8), isCut: false)
        ], total: 1
      ).html
    }
    expectSameMarkup(log, text)
  }

  @Test(arguments: hostileTexts) func `a problem's page and a wrong sign-in show text as text`(_ text: String) {
    expectSameMarkup({ ProblemView(problem: Problem(404, $0)).html }, text)
    expectSameMarkup({ SignInView(next: $0, isWrong: true, tokenPath: $0).html }, text)
  }

  @Test func `pages have no inline scripts, styles or handlers`() {
    let pages = [
      buildView(someBuild(tags: ["a"]), artifacts: [someArtifact("a")], manifest: "a: b").html, listView([]).html,
      listView([BuildRow(build: someBuild(), title: "t")]).html, NewBuildView(entry: .init(manifest: "m")).html,
      SignInView(next: "/", isWrong: true, tokenPath: "/t").html,
    ]
    for page in pages {
      for tag in Markup(page.text).tags {
        #expect(!tag.hasPrefix("<script") && !tag.hasPrefix("<style"))
        #expect(!tag.contains(" style=") && !tag.contains(" on"))
      }
    }
  }
}

/// A page taken apart: its tags with their attributes' names (values left out), and its text.
struct Markup {
  var tags: [String] = []
  var text = ""

  init(_ page: String) {
    var rest = page[...]
    while let open = rest.firstIndex(of: "<") {
      text += rest[..<open]
      rest = rest[open...]
      var tag = ""
      var quoted = false
      while let character = rest.popFirst() {
        if character == "\"" { quoted.toggle() }
        if !quoted || character == "\"" { tag.append(character) }
        if character == ">", !quoted { break }
      }
      tags.append(tag)
    }
    text += rest
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
      text = text.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
    }
  }
}
