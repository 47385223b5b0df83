internal import Model
internal import Queue

/// The small parts that pages of agents share.
enum AgentParts {
  /// A state: picture and word, never the colour alone.
  static func badge(_ state: AgentState) -> HTML {
    let (tone, word, icon): (HTML, HTML, HTML) =
      switch state {
      case .online: ("passed", "Online", Icon.status(.passed))
      case .draining: ("passed_with_failures", "Draining", Icon.status(.timedOut))
      case .offline: ("skipped", "Offline", Icon.status(.queued))
      }
    return """
      <span class="status" data-status="\(tone)" data-state="\(state.rawValue)">\(icon)\
      <span class="status-word">\(word)</span></span>
      """
  }

  /// `gpu=a100`, each.
  static func labels(_ labels: [String: String]) -> HTML {
    guard !labels.isEmpty else { return "" }
    return """
      <span class="labels">\(labels.labelTexts.map { "<span class=\"tag\"><bdi>\($0)</bdi></span>" as HTML })</span>
      """
  }

  /// What it runs on, in two lines.
  static func machine(_ machine: AgentMachine?) -> HTML {
    guard let machine else { return "" }
    let load: HTML = machine.loadPercent.map { ", load \(QueueChart.decimal(Double($0) / 100))" } ?? ""
    return """
      <bdi>\(machine.host)</bdi><span class="agent-small"><bdi>\(machine.system)</bdi>, \(machine.architecture)</span>\
      <span class="agent-small">\(machine.processors) \(machine.processors == 1 ? "processor" : "processors"), \
      \(ByteCount.text(machine.memory))\(load)</span>
      """
  }

  /// The buttons of an agent that is the reader's; `from` says which page they are on.
  static func actions(_ agent: Agent, from page: HTML) -> HTML {
    let id = agent.id.rawValue
    let name = agent.name
    func form(_ action: HTML, _ word: HTML, _ hint: HTML) -> HTML {
      """
      <form method="post" action="/agents/\(id)/\(action)" data-action="\(action)"><input type="hidden" name="from" \
      value="\(page)"><button type="submit" title="\(hint)" aria-label="\(word) \(name)">\(word)</button></form>
      """
    }
    switch agent.state {
    case .online: return form("drain", "Drain", "It ends what it has and takes nothing more")
    case .draining: return form("resume", "Resume", "It takes builds again")
    case .offline: return form("remove", "Remove", "It is forgotten; its builds stay")
    }
  }
}
