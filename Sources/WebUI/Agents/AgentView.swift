internal import Model
internal import Queue
internal import Store

/// The page of an agent: what it is, what it runs, and what it has run.
struct AgentView: Sendable {
  var agent: Agent
  var rows: [BuildRow]
  var isOwn: Bool
  var now: Timestamp

  var html: HTML {
    """
    <div id="agent"><nav class="crumbs" aria-label="Where you are"><a href="/agents">Agents</a></nav>
    <div data-live="head">\(head)</div>
    <div class="repository-grid"><div class="repository-main">
    <section class="panel" aria-labelledby="builds-title" data-live="builds"><div class="panel-head">\
    <h2 id="builds-title">Builds</h2><span class="count">the last \(rows.count) of yours</span></div>\(builds)</section></div>
    <div class="repository-side"><section class="panel" aria-labelledby="about-title" data-live="about">\
    <div class="panel-head"><h2 id="about-title">About it</h2></div>\(about)</section></div></div></div>
    """
  }

  private var head: HTML {
    """
    <header class="build-head"><div class="build-title"><h1><bdi>\(agent.name)</bdi></h1>\
    <span class="live" id="live" data-state="off" hidden><span class="live-dot" aria-hidden="true"></span>\
    <span id="live-word">Live</span></span>\
    <div class="actions">\(isOwn ? AgentParts.actions(agent, from: "agent") : "")</div></div>
    <div class="facts">\(AgentParts.badge(agent.state))<span class="fact">\(AgentListView.slots(agent))</span>\
    <span class="fact"><span>heard of \(Parts.ago(agent.seenAt, now: now))</span></span></div></header>
    """
  }

  private var about: HTML {
    var details: [(HTML, HTML)] = [
      ("Takes", agent.isShared ? "everybody's builds" : "its owner's builds"),
      ("Drivers", "\(agent.drivers.joined(separator: ", "))"),
      ("Labels", agent.labels.isEmpty ? "none" : AgentParts.labels(agent.labels)), ("Version", "\(agent.version)"),
    ]
    if agent.machine != nil { details.append(("Machine", AgentParts.machine(agent.machine))) }
    details.append(("First heard of", Parts.ago(agent.createdAt, now: now)))
    return "<dl class=\"details figures\">\(details.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as HTML })</dl>"
  }

  private var builds: HTML {
    guard !rows.isEmpty else { return "<p class=\"muted\">It has not run a build of yours yet.</p>" }
    return "<ol class=\"mini-builds agent-builds\">\(rows.map(row))</ol>"
  }

  private func row(_ row: BuildRow) -> HTML {
    let build = row.build
    return """
      <li data-key="\(build.id.rawValue)" data-status="\(build.status.rawValue)">\(Parts.badge(build.status))\
      <a class="row-link" href="/builds/\(build.id.rawValue)"><span class="number">#\(build.number)</span></a>\
      <span class="mini-ref"><bdi>\(row.title)</bdi></span>\
      <span class="mini-time">\(Parts.duration(from: build.startedAt, to: build.finishedAt, now: now))</span>\
      <span class="mini-when">\(Parts.ago(build.createdAt, now: now))</span></li>
      """
  }
}
