import Model
import Queue
import Scheduling

/// The queue's figures in Prometheus' exposition format.
enum QueueMetrics {
  static func text(_ metrics: SchedulingMetrics) -> String {
    var lines = [
      family("wright_builds_submitted_total", "counter", "Builds submitted since the start."),
      "wright_builds_submitted_total \(metrics.submitted)",
      family("wright_builds_finished_total", "counter", "Builds ended since the start, by status."),
    ]
    for (status, count) in metrics.finished.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      lines.append("wright_builds_finished_total{status=\"\(status.rawValue)\"} \(count)")
    }
    lines += [
      family("wright_leases_lost_total", "counter", "Builds whose agent went silent."),
      "wright_leases_lost_total \(metrics.lost)",
      family("wright_artifacts_curated_total", "counter", "Artifacts deleted to stay within a user's limit."),
      "wright_artifacts_curated_total \(metrics.curatedArtifacts)",
      family("wright_agents", "gauge", "Agents, by state."),
    ]
    for state in AgentState.allCases {
      lines.append("wright_agents{state=\"\(state.rawValue)\"} \(metrics.agents[state] ?? 0)")
    }
    lines += [
      family("wright_slots", "gauge", "Slots of the agents that are heard of."),
      "wright_slots \(metrics.slots)",
      family("wright_slots_busy", "gauge", "Slots of agents that run a build."),
      "wright_slots_busy \(metrics.running)",
      family("wright_agents_waiting", "gauge", "Agents' slots that wait for a build."),
      "wright_agents_waiting \(metrics.waitingAgents)",
      family("wright_event_subscribers", "gauge", "Listeners to changes of builds."),
      "wright_event_subscribers \(metrics.subscribers)",
    ]
    return (lines + waits(metrics.waits)).joined(separator: "\n") + "\n"
  }

  private static func waits(_ waits: WaitHistogram) -> [String] {
    let name = "wright_build_wait_seconds"
    let bounds = WaitHistogram.bounds.map { "\($0)" } + ["+Inf"]
    return [family(name, "histogram", "From a build's submission to its first agent.")]
      + zip(bounds, waits.cumulative).map { "\(name)_bucket{le=\"\($0)\"} \($1)" }
      + ["\(name)_sum \(waits.totalSeconds)", "\(name)_count \(waits.cumulative.last ?? 0)"]
  }

  static func family(_ name: String, _ type: String, _ help: String) -> String {
    "# HELP \(name) \(help)\n# TYPE \(name) \(type)"
  }
}
