import Model
import Queue
import Testing

@testable import WebUI

private func someAgent(
  _ id: Int64 = 1, name: String = "one", state: AgentState = .online, busy: Int = 0, builds: [Build] = [],
  labels: [String: String] = [:], owner: Int64 = 1, host: String = "m"
) -> Agent {
  Agent(
    id: AgentID(rawValue: id), name: name, owner: UserID(rawValue: owner), isShared: true, state: state, slots: 2,
    busy: busy, builds: builds, drivers: ["host", "nix"], labels: labels, version: "1.2.3",
    machine: AgentMachine(
      host: host, system: "Debian", architecture: "x86_64", processors: 4, memory: 1 << 30, loadPercent: 125),
    createdAt: someTime, seenAt: someTime)
}

private func listView(_ agents: [Agent], token: String? = nil) -> AgentListView {
  AgentListView(
    agents: agents, isFirstPage: true, reader: UserID(rawValue: 1),
    chart: QueueChart(moments: [], span: .hour, now: someTime), counts: (queued: 3, running: 1),
    address: "http://127.0.0.1:8080", newToken: token, now: someTime + .seconds(100))
}

@Suite struct `The page of agents` {
  @Test func `says of each what it is, what it runs, and offers what can be done`() {
    let text = listView([
      someAgent(busy: 2, builds: [someBuild(status: .running)], labels: ["gpu": "a100"]),
      someAgent(2, name: "two", state: .draining), someAgent(3, name: "three", state: .offline),
      someAgent(4, name: "other", owner: 2),
    ]).html.text
    for part in [
      "2 of 2", "<a href=\"/builds/7\"", "1 of others", "gpu=a100", "host, nix", "load 1.25", "4 processors, 1.0 GiB",
      "action=\"/agents/1/drain\"", "action=\"/agents/2/resume\"", "action=\"/agents/3/remove\"", "1 min ago",
      "3 waiting, 1 running, 2 slots free",
    ] { #expect(text.contains(part), "\(part)") }
    #expect(!text.contains("/agents/4/drain"))
  }

  @Test func `says how to start one where there is none, with a token that was made`() {
    #expect(listView([]).html.text.contains("No agent yet"))
    let made = listView([], token: "wr_secret").html.text
    #expect(
      made.contains(
        "export WRIGHT_SERVER=http://127.0.0.1:8080\nexport WRIGHT_TOKEN=wr_secret\nwright agent --slots 2"))
    #expect(!made.contains("name=\"comment\""))
  }

  @Test(arguments: hostileTexts)
  func `shows what agents say of themselves as text`(_ hostile: String) {
    let agent = someAgent(name: hostile, labels: [:], host: hostile)
    for text in [
      listView([agent]).html.text,
      AgentView(agent: agent, rows: [BuildRow(build: someBuild(), title: hostile)], isOwn: true, now: someTime).html
        .text,
    ] {
      for part in ["<script>", "<img", "<b>", "onmouseover='", "<!--"] { #expect(!text.contains(part)) }
    }
  }
}

@Suite struct `The chart of the queue` {
  private func moment(_ minutesAgo: Int64, queued: Int64, waited: Duration = .zero, begun: Int64 = 0) -> QueueMoment {
    QueueMoment(
      time: Timestamp(milliseconds: (someTime.milliseconds / 60_000 - minutesAgo) * 60_000), queued: queued, running: 1,
      begun: begun, meanWait: begun > 0 ? waited : nil, longestWait: waited)
  }

  @Test func `has a bar for each minute in which builds waited, at its place`() {
    let moments = [
      moment(59, queued: 1), moment(30, queued: 0), moment(1, queued: 4),
      moment(0, queued: 2, waited: .seconds(5), begun: 1),
    ]
    let text = QueueChart(moments: moments, span: .hour, now: someTime).html.text
    let bars = text.split(separator: "<rect").dropFirst().map { String($0.prefix { $0 != ">" }) }
    #expect(
      bars == [
        " class=\"bar\" x=\"11\" y=\"54\" width=\"8\" height=\"18\"",
        " class=\"bar\" x=\"591\" y=\"0\" width=\"8\" height=\"72\"",
        " class=\"bar\" x=\"601\" y=\"36\" width=\"8\" height=\"36\"",
        " class=\"bar\" x=\"601\" y=\"0\" width=\"8\" height=\"72\"",
      ])
    #expect(text.contains("Longest wait for an agent: at most 5.0 s"))
    #expect(text.contains("As a table") && text.contains("<td>5.0 s</td>"))
  }

  @Test func `says so where nothing has waited, and leaves out what is too old`() {
    let text = QueueChart(moments: [moment(90, queued: 0)], span: .hour, now: someTime).html.text
    #expect(text.contains("No build has waited in the last hour."))
    #expect(!QueueChart(moments: [moment(90, queued: 3)], span: .hour, now: someTime).html.text.contains("<rect"))
  }
}
