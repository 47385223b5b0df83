import HTTPServer
import Model
import Queue
import Routing
import Store
import Testing

@testable import WebUI

private let now = someTime + .seconds(100)

private func someRepository(
  _ url: String = "https://example.org/a/hello.git", watch: RefPattern = .defaultBranch, enabled: Bool = true,
  error: String? = nil, notice: String? = nil, manifest: String? = nil
) -> Repository {
  Repository(
    id: RepositoryID(rawValue: 4), owner: UserID(rawValue: 1), url: url, watch: watch, everySeconds: 90,
    isEnabled: enabled, manifest: manifest, createdAt: someTime, checkedAt: someTime,
    nextCheckAt: enabled ? now + .seconds(42) : nil, error: error, errorSince: error.map { _ in someTime },
    failures: error == nil ? 0 : 3, notice: notice)
}

private func overview(_ repository: Repository, build: Build? = nil, commit: String? = nil) -> RepositoryOverview {
  RepositoryOverview(
    repository: repository, lastBuild: build,
    lastRef: commit.map {
      RepositoryRef(repository: repository.id, name: "refs/heads/main", commit: $0, movedAt: someTime)
    })
}

private func list(_ rows: [RepositoryOverview], filter: RepositoryFilter = .init(), next: RepositoryID? = nil) -> HTML {
  RepositoryListView(
    filter: filter, rows: rows, next: next, address: "http://127.0.0.1:8080", tokenPath: "/data/admin-token", now: now
  ).html
}

private func page(_ repository: Repository, refs: [RepositoryRef] = [], builds: [Build] = []) -> HTML {
  var view = RepositoryView(
    overview: overview(repository, build: builds.first), refs: refs, builds: builds, address: "http://ci", now: now)
  (view.badge, view.secret) = ("4-abc", "hook secret")
  return view.html
}

struct RepositoryPageTests {
  @Test func `before the first repository the list says how to add one`() {
    let page = list([]).text
    #expect(page.contains("No repositories yet"))
    #expect(page.contains("wright repo add https://example.org/hello.git --follow"))
    #expect(page.contains("<form class=\"add-repository\" method=\"post\" action=\"/repositories\">"))
    #expect(!list([], filter: RepositoryFilter(search: "x")).text.contains("No repositories yet"))
  }

  @Test func `a row says at a glance what is known`() {
    let row = list([
      overview(someRepository(error: "no answer"), build: someBuild(status: .failed), commit: "c0ffee1234567")
    ]).text
    for part in [
      "example.org/a/hello</bdi>", "default branch", ">Failed</span>", "<code>c0ffee1234</code>", ">#3</a>",
      "data-until title=\"2023-11-14 22:15:42 UTC\">in 42 s</time>", "no answer</span>", "href=\"/repositories/4\"",
    ] {
      #expect(row.contains(part), "\(part)")
    }
    let other = list([overview(someRepository(watch: .tags("v*"), enabled: false))]).text
    #expect(other.contains("Never built") && other.contains("tags <bdi>v*</bdi>") && other.contains("not checked"))
  }

  @Test func `pages of the list lead on and back`() {
    let first = RepositoryFilter(status: .failed, search: "a b")
    let second = first.after(RepositoryID(rawValue: 9))
    #expect(second.target == "/repositories?status=failed&search=a%20b&cursor=9&back=0")
    #expect(second.before == first)
    let request = HTTPRequest(
      method: "GET", target: "/repositories", pathSegments: ["repositories"],
      query: [("status", "failed"), ("search", "a b"), ("cursor", "9"), ("back", "0")])
    #expect(RepositoryFilter(request) == second)
    #expect(
      list([overview(someRepository())], filter: second, next: RepositoryID(rawValue: 2)).text.contains("back=0.9"))
  }

  @Test func `a repository's page has its settings, webhook, badge and a way to delete it`() {
    let text = page(someRepository(watch: .branches("rel-*"), notice: "It was renamed."), builds: [someBuild()]).text
    for part in [
      "action=\"/repositories/4/build\"", "action=\"/repositories/4/check\"", "action=\"/repositories/4/settings\"",
      "action=\"/repositories/4/delete\"", "<option value=\"branch\" selected>", "value=\"rel-*\"", "value=\"90s\"",
      "http://ci/api/v1/hooks/4", "type=\"password\" value=\"hook secret\"", "src=\"/badges/4-abc.svg\"",
      "[![build](http://ci/badges/4-abc.svg)](http://ci/repositories/4)", "It was renamed.",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(!page(someRepository(enabled: false)).text.contains("/repositories/4/check\""))
  }

  @Test func `of refs that are gone the page says so`() {
    let ref = RepositoryRef(
      repository: RepositoryID(rawValue: 4), name: "refs/heads/old", commit: "c0ffee", movedAt: someTime,
      deletedAt: someTime + .seconds(40), build: BuildID(rawValue: 5))
    let text = page(someRepository(), refs: [ref]).text
    #expect(text.contains("<bdi>old</bdi>") && text.contains("deleted") && text.contains("href=\"/builds/5\""))
  }

  @Test(arguments: hostileTexts) func `hostile text is shown as text`(_ text: String) {
    func tags(_ text: String) -> [[String]] {
      let ref = RepositoryRef(repository: RepositoryID(rawValue: 4), name: text, commit: text, movedAt: someTime)
      let repository = someRepository(text, watch: .branches(text), error: text, notice: text, manifest: text)
      let change = ArtifactChange(name: text, before: nil, after: someArtifact(text))
      let comparison = ArtifactComparison(
        before: .init(count: 0, bytes: 0), after: .init(count: 1, bytes: 1), added: 1, removed: 0, changed: 0,
        unchanged: 0)
      let pages: [HTML] = [
        list([overview(repository, build: someBuild(), commit: text)], filter: RepositoryFilter(search: text)),
        page(repository, refs: [ref], builds: [someBuild(commit: text), someBuild()]),
        AddRepositoryForm(
          entry: ["url": text, "pattern": text, "every": text, "namespace": text, "manifest": text],
          problem: Problem(422, text)
        ).html,
        CommitView(
          set: .commit("c0ffee1"), builds: [someBuild()], artifacts: [someArtifact(text)],
          size: .init(count: 1, bytes: 1), isFirst: true, now: now
        ).html,
        ComparisonView(
          before: .commit("c0ffee1"), after: .build(BuildID(rawValue: 2)), comparison: comparison,
          changes: [.added: [change]]
        ).html,
      ]
      for page in pages {
        for tag in Markup(page.text).tags {
          #expect(!tag.hasPrefix("<script") && !tag.contains(" style=") && !tag.contains(" on"), "\(tag)")
        }
      }
      return pages.map { Markup($0.text).tags }
    }
    #expect(tags("harmless") == tags(text))
  }
}

struct RepositoryFormTests {
  @Test(
    arguments: [
      (["watch": "default"], .defaultBranch), (["watch": "default", "pattern": " dev "], .branches("dev")),
      (["watch": "branch", "pattern": "a*"], .branches("a*")), (["watch": "tag", "pattern": "v*"], .tags("v*")),
      ([:], nil),
    ] as [([String: String], RefPattern?)])
  func `what is watched is read`(_ form: [String: String], _ watch: RefPattern?) throws {
    #expect(try RepositoryForm.watch(form) == watch)
  }

  @Test func `what cannot be meant is refused`() {
    #expect(throws: Problem.self) { try RepositoryForm.watch(["watch": "tag", "pattern": " "]) }
    #expect(throws: Problem.self) { try RepositoryForm.every(["every": "soon"]) }
  }

  @Test(arguments: [(60, "1m"), (90, "90s"), (7200, "2h"), (5, "5s")] as [(Int64, String)])
  func `a time is shown as it is read`(_ seconds: Int64, _ text: String) throws {
    #expect(RepositoryForm.quantity(seconds) == text)
    #expect(try RepositoryForm.every(["every": text]) == seconds)
  }
}

struct BadgeTests {
  @Test(arguments: Status.allCases.filter(\.isFinal)) func `a badge says the status in words`(_ status: Status) {
    let svg = Badge(status: status).svg
    #expect(svg.contains("<title>build: \(status.title.lowercased())</title>"))
    #expect(svg.contains("role=\"img\"") && !svg.contains("style"))
  }

  @Test func `texts have room, and hostile ones stay text`() {
    #expect(Badge.width(of: "") == 1)
    #expect(Badge.width(of: "passed") == 39)
    #expect(Badge.width(of: "größe") > Badge.width(of: "gr"))
    let svg = Badge(label: "<script>\"&", status: nil).svg
    #expect(!svg.contains("<script") && svg.contains("&lt;script&gt;&quot;&amp;") && svg.contains("no build yet"))
    let width = 14 + Badge.width(of: "build") + 14 + Badge.width(of: "passed")
    #expect(Badge(status: .passed).svg.contains("width=\"\(width)\" height=\"20\" role"))
  }
}

struct DurationChartTests {
  private func build(_ id: Int64, seconds: Int64?) -> Build {
    var build = someBuild(status: seconds == nil ? .queued : .passed)
    build.id = BuildID(rawValue: id)
    build.startedAt = seconds.map { _ in someTime }
    build.finishedAt = seconds.map { someTime + .seconds($0) }
    return build
  }

  @Test func `bars are oldest first and as high as their share of the longest`() {
    let chart = DurationChart(
      newestFirst: [build(4, seconds: nil), build(3, seconds: 10), build(2, seconds: 0), build(1, seconds: 40)],
      now: now)
    #expect(chart.builds.map(\.id.rawValue) == [1, 2, 3])
    #expect(chart.builds.map(chart.barHeight) == [96, 4, 24])
    let text = chart.html.text
    #expect(text.contains("Longest 40 s, typically 10 s"))
    #expect(text.split(separator: "<rect class=\"bar\"").count == 4 && text.split(separator: "<tr>").count == 5)
    #expect(text.contains("<title>#3: Passed, 40 s</title>"))
  }

  @Test func `at most thirty builds are shown, and one alone is no chart`() {
    #expect(DurationChart(newestFirst: (1...40).map { build($0, seconds: 1) }, now: now).builds.count == 30)
    #expect(!DurationChart(newestFirst: [build(1, seconds: 1)], now: now).html.text.contains("<svg"))
  }
}
