import Agent
import Lifecycle
import Model
import Queue
import Scheduling

/// The agent in the process, as the server's list of agents has it.
struct LocalAgent {
  /// How often its machine's load is looked at.
  private static let interval: Duration = .seconds(15)
  var agent: AgentService
  var scheduler: Scheduler
  var log: Logger

  /// Enters it into the list, before it asks for builds. One without slots is not there.
  func register() async throws {
    guard agent.metrics.limit > 0 else { return }
    _ = try await scheduler.seen(contact)
  }

  /// Keeps what is known of its machine up to date.
  var service: any Service {
    ClosureService("local agent") {
      while agent.metrics.limit > 0, !Task.isCancelled {
        try? await Task.sleep(for: Self.interval)
        do { _ = try await scheduler.seen(contact) } catch {
          // As on a full disk, where nothing about it is new.
          log.debug("agent in the process not noted", ["error": "\(error)"])
        }
      }
      await Forever.wait()
    }
  }

  private var contact: AgentContact {
    let (offer, metrics) = (agent.offer, agent.metrics)
    return AgentContact(
      name: offer.agent, owner: nil, instance: Scheduler.inProcess, slots: metrics.limit, busy: metrics.busy,
      drivers: offer.drivers, labels: offer.labels, version: programVersion, machine: Machine.present)
  }
}
