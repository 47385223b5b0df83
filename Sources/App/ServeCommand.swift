internal import CommandLineClient
internal import Lifecycle

/// `wright serve`.
enum ServeCommand {
  static let flags: [Flag] =
    Setting.all.compactMap(flag) + [
      Flag(
        "config", .text("FILE"), "a YAML file of settings; flags and variables win over it", variable: "WRIGHT_CONFIG")
    ]

  /// The settings that have no flag, for the help.
  static let settings: [HelpRow] =
    Setting.all.filter { $0.flag == nil }.map {
      ("\($0.variable)=\($0.form)", "\($0.key): \($0.summary) (default \($0.standard))")
    }

  static let run: CommandHandler = { invocation, console in
    CoreDumps.forbid()
    let flags = invocation.flags.compactMapValues(\.last)
    let configuration = try usage {
      try ConfigurationLoader(flags: flags, environment: console.environment).load()
    }
    let log = Logger(
      minimum: Logger.Level(configuration.logLevel),
      format: Logger.Format(rawValue: configuration.logFormat.rawValue) ?? .keyValue)
    let server = try await Server(configuration, environment: console.environment, log: log)
    try await server.run { address in try console.output("wright: listening on http://\(address)\n") }
    return 0
  }

  private static func flag(_ setting: Setting) -> Flag? {
    setting.flag.map {
      Flag($0, .text(setting.form), setting.summary, standard: setting.standard, variable: setting.variable)
    }
  }

  /// A setting that cannot be used is wrong usage.
  private static func usage<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as ConfigurationError { throw UsageError(error.description) }
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
