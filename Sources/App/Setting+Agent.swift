import Model

extension Setting {
  /// The settings of `wright agent`: its own, and those of the server that are about running builds.
  static let ofAgent: [Setting] = own + all.filter { shared.contains($0.key) }

  private static let shared: Set<String> = [
    "log", "log_level", "git.protocols", "forge.insecure_hosts", "git.mirrors", "host_driver.sandbox",
    "nix.environment", "agent.kill_grace", "slurm.folder",
  ]

  private static let own: [Setting] = [
    Setting(
      "server", "WRIGHT_SERVER", flag: "server", "URL", "the server's address", standard: "http://127.0.0.1:8080"
    ) {
      text, it throws(ConfigurationError) in it.remote.server = try server(text)
    },
    Setting(
      "token", "WRIGHT_TOKEN", flag: "token", "TOKEN",
      "the agent's token; others on the machine see the flag, so rather give the variable or --token-file",
      standard: "none"
    ) {
      text, it throws(ConfigurationError) in it.remote.token = .text(try token(text))
    },
    Setting(
      "token_file", "WRIGHT_TOKEN_FILE", flag: "token-file", "FILE", "a file that holds the token", standard: "none"
    ) {
      text, it throws(ConfigurationError) in it.remote.token = .file(try path(text))
    },
    Setting(
      "name", "WRIGHT_AGENT_NAME", flag: "name", "NAME", "the agent's name, another one for each agent",
      standard: "the machine's"
    ) {
      text, it throws(ConfigurationError) in it.remote.name = try name(text)
    },
    Setting("slots", "WRIGHT_SLOTS", flag: "slots", "N", "how many builds run at once", standard: "2") {
      text, it throws(ConfigurationError) in it.remote.slots = try whole(text, 1...256)
    },
    Setting(
      "drivers", "WRIGHT_DRIVERS", flag: "drivers", "LIST",
      "which builds it takes, by their driver: host,nix,slurm,service",
      standard: "all"
    ) {
      text, it throws(ConfigurationError) in
      it.remote.drivers = try list(text, of: ["host", "nix", "slurm", "service"])
    },
    Setting(
      "labels", "WRIGHT_LABELS", flag: "labels", "K=V,...", "what is said of it; builds may ask for labels",
      standard: "none"
    ) {
      text, it throws(ConfigurationError) in it.remote.labels = try labels(text)
    },
    Setting(
      "work", "WRIGHT_WORK", flag: "work", "DIR", "the folder that builds run in, of this agent alone",
      standard: "./wright-agent"
    ) {
      text, it throws(ConfigurationError) in it.workPath = try path(text)
    },
    Setting(
      "patience", "WRIGHT_PATIENCE", flag: "patience", "DURATION", "how long builds go on while the server is away",
      standard: "10m"
    ) {
      text, it throws(ConfigurationError) in it.remote.patience = try duration(text, atLeast: .zero)
    },
    Setting(
      "drain_timeout", "WRIGHT_DRAIN_TIMEOUT", flag: "drain-timeout", "DURATION",
      "how long running builds may go on after TERM before they are given back", standard: "as long as they take"
    ) {
      text, it throws(ConfigurationError) in it.remote.drainTimeout = try duration(text, atLeast: .zero)
    },
    Setting(
      "spool", "WRIGHT_SPOOL", flag: "spool", "SIZE",
      "how much of a job's log waits for the server before the job waits", standard: "1GiB"
    ) {
      text, it throws(ConfigurationError) in it.remote.spool = try size(text)
    },
  ]

  /// An address of a server, without slashes at its end.
  static func server(_ text: String) throws(ConfigurationError) -> String {
    guard ["http://", "https://"].contains(where: text.hasPrefix), text.utf8.allSatisfy({ $0 > 32 && $0 < 127 }),
      !text.contains("?"), !text.contains("#")
    else { throw ConfigurationError("'\(text)' is not an address like https://wright.example.org") }
    var address = text
    while address.hasSuffix("/") { address.removeLast() }
    return address
  }

  /// A token; what is wrong with it is said without it.
  static func token(_ text: String) throws(ConfigurationError) -> String {
    let token = text.filter { !$0.isWhitespace }
    guard !token.isEmpty, token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw ConfigurationError("this is no token; make one with `wright token create --kind agent`")
    }
    return token
  }

  static func name(_ text: String) throws(ConfigurationError) -> String {
    guard (1...100).contains(text.utf8.count), text.unicodeScalars.allSatisfy({ $0.value > 32 && $0.value != 127 })
    else { throw ConfigurationError("'\(text)' is not a name: 1 to 100 characters without blanks") }
    return text
  }
}
