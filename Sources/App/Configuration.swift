import Model

/// Everything that an operator can set, with its defaults. Values come from the command line, the environment, and a
/// YAML file, in that order of precedence; `Setting.all` says how each is named and read.
struct Configuration: Sendable, Equatable {
  /// Where to listen; port 0 picks a free one.
  var host = "127.0.0.1"
  var port: UInt16 = 8080
  /// The folder that holds everything.
  var data = "./wright-data"
  /// Where what is known is kept.
  enum Database: Sendable, Hashable {
    /// A SQLite file; nil for the one in the data folder.
    case file(String?)
    /// A database of a PostgreSQL server, by its address, which may hold a password.
    case server(String)
  }
  /// The database.
  var database = Database.file(nil)
  /// Where artifacts, and with them large logs, are kept.
  enum Artifacts: Sendable, Hashable {
    /// A folder; nil for the one in the data folder.
    case folder(String?)
    /// A bucket, by its address.
    case bucket(String)
  }
  /// The store of artifacts.
  var artifacts = Artifacts.folder(nil)
  /// The file that has the bucket's keys; nil for Amazon's variables and files.
  var bucketCredentials: String?
  /// How long an address lasts by which a client reads an artifact from the bucket itself; nil where it reads through
  /// the server.
  var presigned: Duration?
  /// The folder of the logs; nil for the one in the data folder.
  var logsPath: String?
  /// The file of the key that seals secrets; nil for the one in the data folder.
  var sealingKeyPath: String?
  /// Where other servers reach this one; nil for what it listens at.
  var advertised: String?
  /// The folder that builds run in; nil for the one in the data folder.
  var workPath: String?
  /// How many builds run at once in this process: always the lower number, up to the upper one while builds wait.
  var agentSlots = 2...2
  /// What is said of the agent in this process.
  var agentLabels: [String: String] = [:]
  /// How often a registered repository is checked that does not say.
  var repositoryInterval: Duration = .seconds(60)
  var logFormat = LogFormat.text
  var logLevel = LogLevel.info
  /// The transports that git may use.
  var gitProtocols = ["https", "ssh", "git"]
  /// Hosts of forges, with their ports, that may be spoken to without encryption.
  var insecureForgeHosts: [String] = []
  /// Bytes of mirrors that are kept.
  var mirrorsKept: Int64 = 5 << 30
  var sandbox = Sandbox.auto
  /// The folder that is shared with the nodes of a Slurm cluster; nil where there is no such cluster.
  var slurmFolder: String?
  /// Names of variables of this process that Nix gets beside `HOME` and those that begin with `NIX_`.
  var nixEnvironment = ["NIX_CONF_DIR", "NIX_PATH", "HOME"]
  /// The cache of this server's own that builds with Nix push to, where they name no other.
  var nixCache: String?
  /// Whether the build WebSocket asks for a token.
  var socketAuthentication = true
  /// How long a claim lasts without a renewal.
  var lease: Duration = .seconds(30)
  /// From TERM to KILL.
  var killGrace: Duration = .seconds(1)
  /// The longest that a build may run, and how long it may where the manifest does not say.
  var buildTimeout: Duration = .seconds(3600)
  /// Bytes.
  var logLimit: Int64 = 1 << 30
  var artifactLimit: Int64 = 10 << 30
  var manifestLimit: Int64 = 1 << 20
  /// Bytes of artifacts that a user keeps before the oldest are deleted.
  var cleanupThreshold: Int64 = 1 << 30
  /// How long running builds may go on once the server was asked to stop.
  var stopGrace: Duration = .seconds(5)
  /// What only an agent elsewhere is told.
  var remote = Remote()

  /// What an agent elsewhere is told.
  struct Remote: Sendable, Equatable {
    /// The server's address, without a slash at the end.
    var server = "http://127.0.0.1:8080"
    /// Where its token is. What is said last counts, so that a flag wins over a variable of the other kind.
    var token: Token?
    enum Token: Sendable, Equatable {
      case text(String)
      case file(String)
    }
    /// The agent's name; nil for the machine's.
    var name: String?
    var slots = 2
    /// The driver types it has; nil for all.
    var drivers: [String]?
    var labels: [String: String] = [:]
    /// How long builds go on without a word of the server.
    var patience: Duration = .seconds(600)
    /// How long builds may go on once the agent was asked to stop; nil for as long as they take.
    var drainTimeout: Duration?
    /// Bytes of a job's log that wait for the server.
    var spool: Int64 = 1 << 30
  }

  enum LogFormat: String, CaseIterable { case text, json }
  enum LogLevel: String, CaseIterable { case debug, info, warning, error }
  enum Sandbox: String, CaseIterable { case auto, off, required }
}

/// A setting that cannot be used: which, the value, and what is right.
struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}
