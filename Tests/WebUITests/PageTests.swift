import HTTPServer
import Model
import Routing
import Testing

@testable import WebUI

struct PageTests {
  @Test func `before the first build the list says how to submit it`() {
    let page = listView([]).html.text
    #expect(page.contains("No builds yet"))
    #expect(page.contains("export WRIGHT_SERVER=http://127.0.0.1:8080\n"))
    #expect(page.contains("$(cat /data/admin-token)"))
    #expect(page.contains("wright submit hello.yml --follow"))
    #expect(page.contains("href=\"/builds/new\""))
  }

  @Test func `a filter that matches nothing offers to clear it`() {
    let page = listView([], filter: BuildFilter(status: .failed, tag: "x")).html.text
    #expect(page.contains("No build matches"))
    #expect(page.contains("<a class=\"button\" href=\"/builds\">Clear the filters</a>"))
    #expect(!page.contains("No builds yet"))
  }

  @Test(arguments: Status.allCases) func `a status is a word beside its picture`(_ status: Status) {
    let badge = Parts.badge(status).text
    #expect(badge.contains("<svg"))
    #expect(badge.contains(">\(status.title)</span>"))
  }

  @Test func `each status has a picture of its own`() {
    #expect(Set(Status.allCases.map { Icon.status($0).text }).count == Status.allCases.count)
  }

  @Test func `a running build can be killed and its duration ticks; an ended one has neither`() {
    let running = buildView(someBuild(status: .running)).html.text
    #expect(running.contains("action=\"/builds/7/kill\""))
    #expect(running.contains("data-since=\"1700000001000\">1 min 39 s<"))
    let ended = buildView(someBuild(status: .passed)).html.text
    #expect(!ended.contains("action=\"/builds/7/kill\""))
    #expect(ended.contains("<span class=\"duration\">1 min 14 s</span>"))
  }

  @Test func `an artifact links to its build's file and to its commit's`() {
    let page = buildView(someBuild(commit: "c0ffee"), artifacts: [someArtifact("dist/a b#.tar")]).html.text
    #expect(page.contains("href=\"/api/v1/builds/7/artifacts/dist/a%20b%23.tar\""))
    #expect(page.contains("href=\"/artifacts/c0ffee/dist/a%20b%23.tar\""))
    #expect(page.contains(">1.5 KiB<"))
    #expect(page.contains("data-copy=\"\(String(repeating: "ab", count: 32))\""))
    #expect(!page.contains("All 1 artifacts"))
    let many = buildView(someBuild(), artifacts: [someArtifact("x")], count: 10_000).html.text
    #expect(many.contains("The first 1 by name.") && many.contains("href=\"/commits/build-7\">All 10000 artifacts</a>"))
    let other = buildView(someBuild(), artifacts: [someArtifact("x")]).html.text
    #expect(other.contains("href=\"/artifacts/build-7/x\""))
  }

  @Test(
    arguments: [
      ([someJob(1), someJob(2, status: .running)], 2),
      ([someJob(1), someJob(2, status: .failed), someJob(3, status: .failed)], 2),
      ([someJob(1), someJob(2), someJob(3, status: .skipped, started: false)], 2),
      ([someJob(1, status: .queued, started: false), someJob(2, status: .queued, started: false)], 1),
    ] as [([Job], Int64)])
  func `the log that is shown first is the one that readers want`(_ jobs: [Job], _ expected: Int64) {
    #expect(WebUI.selectedJob(jobs)?.id == JobID(rawValue: expected))
  }

  @Test func `jobs stand in their stages in order`() {
    let stages = JobRailView.stages([
      someJob(1, stage: "setup"), someJob(2, stage: "setup"), someJob(3, stage: "test"), someJob(4, stage: "setup"),
    ])
    #expect(stages.map(\.name) == ["setup", "test", "setup"])
    #expect(stages.map(\.jobs.count) == [2, 1, 1])
  }

  @Test func `of very many jobs those are listed that matter, and the others counted`() {
    let jobs = (1...5000).map { someJob($0, status: $0 == 4000 ? .failed : .passed) }
    let rail = JobRailView(build: someBuild(), jobs: jobs, selected: JobID(rawValue: 1000), now: someTime)
    let page = rail.html.text
    #expect(page.split(separator: "data-job=").count - 1 == 202)
    #expect(page.contains("data-job=\"4000\"") && page.contains("data-job=\"900\""))
    #expect(!page.contains("data-job=\"899\""))
    #expect(page.contains("… 899 more jobs") && page.contains("… 2899 more jobs") && page.contains("… 1000 more jobs"))
    var whole = rail
    whole.showsAll = true
    #expect(whole.html.text.split(separator: "data-job=").count - 1 == 5000)
  }

  @Test func `a build without jobs has a page`() {
    #expect(buildView(someBuild(status: .queued), jobs: []).html.text.contains("This build has no jobs."))
  }

  @Test func `a problem's page has a way on and the log's reference`() {
    let page = ProblemView(problem: Problem(500, "something failed: ab12", id: "ab12")).html.text
    #expect(page.contains("Something failed: ab12"))
    #expect(page.contains("<code>ab12</code>"))
    #expect(page.contains("href=\"/builds\""))
  }

  @Test(arguments: [
    ("https://user:secret@example.org/me/tool.git", "example.org/me/tool"),
    ("git@example.org:me/tool", "example.org:me/tool"),
    ("file:///srv/a.git/", "/srv/a.git"), ("x", "x"), ("", ""),
  ])
  func `a source is named without password and ending`(_ url: String, _ name: String) {
    #expect(BuildTitles.sourceName(url) == name)
  }
}
