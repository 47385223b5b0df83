internal import Agent
internal import CommandLineClient
internal import Concurrency
internal import CoordinatorHTTP
internal import Lifecycle
internal import Model
internal import Queue

/// `wright agent`.
enum AgentCommand {
  static let flags: [Flag] =
    Setting.ofAgent.compactMap(\.commandFlag) + [
      Flag(
        "config", .text("FILE"), "a YAML file of settings; flags and variables win over it", variable: "WRIGHT_CONFIG")
    ]

  /// The settings that have no flag, for the help.
  static let settings: [HelpRow] = Setting.ofAgent.filter { $0.flag == nil }.map(\.helpRow)

  static let run: CommandHandler = { invocation, console in
    CoreDumps.forbid()
    let (configuration, agent) = try ServeCommand.usage {
      let flags = invocation.flags.compactMapValues(\.last)
      let configuration = try ConfigurationLoader(
        flags: flags, environment: console.environment, settings: Setting.ofAgent, command: "agent"
      ).load()
      return (configuration, try RunningAgent(configuration, environment: console.environment))
    }
    try console.output(
      "wright: agent \(agent.name) works for \(configuration.remote.server), \(configuration.remote.slots) at a time\n")
    do { try await agent.run() } catch let error as AgentRefused { throw CommandFailure("\(error)") }
    return 0
  }
}

extension Setting {
  /// The flag of the command line, where it has one.
  var commandFlag: Flag? {
    flag.map { Flag($0, .text(form), summary, standard: standard, variable: variable) }
  }

  /// For the help, where it has no flag.
  var helpRow: HelpRow { ("\(variable)=\(form)", "\(key): \(summary) (default \(standard))") }
}
