internal import CommandLineClient
internal import FoundationEssentials
internal import Lifecycle

/// The program: its commands, put together.
public enum Application {
  /// Prepares the process; call it before anything starts a thread.
  public static func prepare() { Signals.prepare() }

  /// Runs the command that the arguments (without the program's name) ask for and returns the exit status.
  public static func run(_ arguments: [String]) async -> Int32 {
    let console = Console.standard(environment: ProcessInfo.processInfo.environment)
    return await table.run(arguments, console: console)
  }

  /// All commands, in the order of the help.
  static var table: CommandTable {
    .standard(
      version: programVersion, serveFlags: ServeCommand.flags, serveSettings: ServeCommand.settings,
      serve: ServeCommand.run, agentFlags: AgentCommand.flags, agentSettings: AgentCommand.settings,
      agent: AgentCommand.run, own: [MigrateCommand.command], runFlags: RunCommand.flags, run: RunCommand.run)
  }
}
