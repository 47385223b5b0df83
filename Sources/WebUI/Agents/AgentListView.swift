internal import Model
internal import Queue
internal import Store

/// The agents, how the queue stands, and how to start another one.
struct AgentListView: Sendable {
  var agents: [Agent]
  var next: AgentID?
  var isFirstPage: Bool
  var reader: UserID
  var chart: QueueChart
  var counts: (queued: Int64, running: Int64)
  var address: String
  /// A token that was made just now.
  var newToken: String?
  var now: Timestamp

  var title: String { "Agents" }

  var html: HTML {
    """
    <div id="agents"><div class="page-head"><h1>Agents</h1><span class="live" id="live" data-state="off" hidden>\
    <span class="live-dot" aria-hidden="true"></span><span id="live-word">Live</span></span></div>
    <p class="lead">They take builds that wait and run them, on this machine and on others.</p>
    \(newToken == nil ? "" : adding)
    <section class="panel queue-panel" aria-labelledby="queue-title"><div class="panel-head" data-live="queue-head">\
    <h2 id="queue-title">Queue</h2><span class="count">\(waiting)</span>\(chart.choice)</div>\
    <div data-live="queue">\(chart.html)</div></section>
    <section class="agents-part" aria-label="Agents" data-live="agents">\(agents.isEmpty ? empty : table)\(pager)</section>
    \(newToken == nil ? adding : "")</div>
    """
  }

  private var waiting: HTML {
    let slots = agents.filter { $0.state == .online }.reduce(0) { $0 + max(0, $1.slots - $1.busy) }
    return "\(counts.queued) waiting, \(counts.running) running, \(slots) \(slots == 1 ? "slot" : "slots") free"
  }

  private var table: HTML {
    """
    <table class="agents"><thead><tr><th scope="col">Agent</th><th scope="col">State</th><th scope="col">Builds</th>\
    <th scope="col">Drivers</th><th scope="col">Machine</th><th scope="col">Version</th>\
    <th scope="col">Last contact</th><th scope="col"><span class="sr-only">Actions</span></th></tr></thead>\
    <tbody>\(agents.map(row))</tbody></table>
    """
  }

  private func row(_ agent: Agent) -> HTML {
    """
    <tr data-key="\(agent.id.rawValue)" data-state="\(agent.state.rawValue)"><th scope="row">\
    <a href="/agents/\(agent.id.rawValue)"><bdi>\(agent.name)</bdi></a>\
    \(agent.isShared ? "" : "<span class=\"agent-small\">your builds only</span>")\(AgentParts.labels(agent.labels))</th>\
    <td data-label="State">\(AgentParts.badge(agent.state))</td>\
    <td data-label="Builds">\(Self.slots(agent))</td><td data-label="Drivers">\(agent.drivers.joined(separator: ", "))</td>\
    <td data-label="Machine">\(AgentParts.machine(agent.machine))</td><td data-label="Version">\(agent.version)</td>\
    <td data-label="Last contact">\(Parts.ago(agent.seenAt, now: now))</td>\
    <td class="agent-actions">\(agent.owner == reader ? AgentParts.actions(agent, from: "agents") : "")</td></tr>
    """
  }

  /// `1 of 2`, a bar, and the reader's builds.
  static func slots(_ agent: Agent) -> HTML {
    let others = agent.busy - agent.builds.count
    let links = agent.builds.map { build in
      """
      <a href="/builds/\(build.id.rawValue)" title="\(build.startedAt.map { "since \(Parts.exact($0))" } ?? "")">\
      #\(build.number)</a>
      """ as HTML
    }
    let more: HTML = others > 0 ? "<span class=\"muted\">\(others) of others</span>" : ""
    return """
      <span class="slots"><span class="slots-text">\(agent.busy) of \(agent.slots)</span>\
      <meter min="0" max="\(max(1, agent.slots))" value="\(min(agent.busy, max(1, agent.slots)))" \
      aria-label="Slots that are busy"></meter></span><span class="slot-builds">\(links)\(more)</span>
      """
  }

  private var pager: HTML {
    if next == nil && isFirstPage { return "" }
    let first: HTML = isFirstPage ? "" : "<a class=\"button\" href=\"/agents\">First</a>"
    let more = next.map { "<a class=\"button\" rel=\"next\" href=\"/agents?cursor=\($0.rawValue)\">More</a>" as HTML }
    return "<nav class=\"pager\" aria-label=\"Pages\">\(first)\(more)</nav>"
  }

  private var empty: HTML {
    """
    <div class="empty"><h2>No agent yet</h2><p>Builds wait until there is one. Make a token below, then start an agent with \
    it on any machine that reaches this server; <code>wright serve --agents 2</code> gives the server one of its own.</p></div>
    """
  }

  // How to start one.

  private var adding: HTML {
    """
    <section class="panel add-agent" aria-labelledby="add-title"><div class="panel-head"><h2 id="add-title">\
    \(newToken == nil ? "Start an agent on another machine" : "A token was made")</h2></div>
    \(newToken.map(made) ?? form)</section>
    """
  }

  private func made(_ token: String) -> HTML {
    """
    <p class="hint" id="new-token">It is shown this once. On the other machine, with Wright installed:</p>\
    \(block(commands(token)))
    <p class="hint">The agent shows up here as soon as it asks for builds. Whoever has the token can take builds: keep it in \
    a file (<code>--token-file</code>) rather than in scripts, and revoke it with <code>wright token revoke</code>.</p>
    <p><a class="button" href="/agents">Done</a></p>
    """
  }

  private var form: HTML {
    """
    <p class="hint">Make a token; it is put into commands that work as they stand.</p>
    <form method="post" action="/agents/tokens" class="form-row"><label class="field grow"><span>What it is for</span>\
    <input name="comment" maxlength="200" autocomplete="off" placeholder="build machine in the cellar"></label>\
    <button class="primary" type="submit">Make a token</button></form>
    """
  }

  private func commands(_ token: String) -> String {
    """
    export WRIGHT_SERVER=\(address)
    export WRIGHT_TOKEN=\(token)
    wright agent --slots 2
    """
  }

  private func block(_ text: String) -> HTML {
    """
    <div class="copy-block"><pre class="code" tabindex="0" id="agent-commands">\(text)</pre>\
    <button class="icon-button copy js" type="button" data-copy="\(text)" aria-label="Copy" title="Copy">\
    \(Icon.copy)</button></div>
    """
  }
}
