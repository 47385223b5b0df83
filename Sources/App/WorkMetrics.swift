import Agent
import Rebuilding

/// The figures of the agent in the process and of the checks of repositories, in Prometheus' exposition format.
enum WorkMetrics {
  static func text(_ agent: AgentMetrics, _ checks: RebuilderMetrics) -> String {
    let rows: [(name: String, type: String, help: String, samples: [(labels: String, value: Int64)])] = [
      (
        "wright_agent_slots", "gauge", "Slots of the agent in the process.",
        [("{state=\"busy\"}", Int64(agent.busy)), ("{state=\"free\"}", Int64(agent.slots - agent.busy))]
      ),
      ("wright_agent_slots_limit", "gauge", "The most slots there may be.", [("", Int64(agent.limit))]),
      ("wright_repositories", "gauge", "Registered repositories that are checked.", [("", Int64(checks.repositories))]),
      (
        "wright_repository_checks_total", "counter", "Checks of repositories since the start, by result.",
        [("{result=\"answered\"}", checks.succeeded), ("{result=\"failed\"}", checks.failed)]
      ),
      ("wright_repository_checks_running", "gauge", "Checks of repositories under way.", [("", Int64(checks.running))]),
      ("wright_repository_hosts_silent", "gauge", "Hosts that do not answer.", [("", Int64(checks.silentHosts))]),
      ("wright_repository_builds_total", "counter", "Builds queued because a ref moved.", [("", checks.builds)]),
    ]
    return rows.map { row in
      ([QueueMetrics.family(row.name, row.type, row.help)] + row.samples.map { "\(row.name)\($0.labels) \($0.value)" })
        .joined(separator: "\n") + "\n"
    }.joined()
  }
}
