internal import CommandLineClient
internal import Lifecycle

/// `wright serve`.
enum ServeCommand {
  static let flags: [Flag] =
    Setting.all.compactMap(\.commandFlag) + [
      Flag(
        "config", .text("FILE"), "a YAML file of settings; flags and variables win over it", variable: "WRIGHT_CONFIG")
    ]

  /// The settings that have no flag, for the help.
  static let settings: [HelpRow] =
    Setting.all.filter { $0.flag == nil }.map(\.helpRow)

  static let run: CommandHandler = { invocation, console in
    CoreDumps.forbid()
    let flags = invocation.flags.compactMapValues(\.last)
    let configuration = try usage {
      try ConfigurationLoader(flags: flags, environment: console.environment).load()
    }
    let log = Logger(configuration)
    let server = try await Server(configuration, environment: console.environment, log: log)
    let beginsAnew = try await server.run { address in
      try console.output("wright: listening on http://\(address)\n")
    }
    guard beginsAnew else { return 0 }
    log.error("the program cannot be run anew", ["reason": Restart.run()])
    return 1
  }

  /// A setting that cannot be used is wrong usage.
  static func usage<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ConfigurationError { throw UsageError(error.description) }
  }
}

extension Logger {
  /// The log that the configuration asks for.
  init(_ configuration: Configuration) {
    self.init(
      minimum: Level(configuration.logLevel),
      format: Format(rawValue: configuration.logFormat.rawValue) ?? .keyValue)
  }
}

extension Logger.Level {
  init(_ level: Configuration.LogLevel) {
    switch level {
    case .debug: self = .debug
    case .info: self = .info
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}
