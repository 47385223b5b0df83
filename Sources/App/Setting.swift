import Model

/// One setting: how it is named in each place, and how its text becomes a value. The only list of settings there is;
/// the help, the file, the environment and the flags are read from it.
struct Setting: Sendable {
  /// In the YAML file: `agent.lease` is `lease` in the mapping `agent`.
  var key: String
  /// In the environment.
  var variable: String
  /// On the command line of `serve`, where it has one.
  var flag: String?
  /// The value's form, for the help: `HOST:PORT`.
  var form: String
  /// One line for the help.
  var summary: String
  /// What holds where nothing is said, for the help.
  var standard: String
  /// Reads the text into the configuration; throws a sentence without the setting's name.
  var apply: @Sendable (String, inout Configuration) throws(ConfigurationError) -> Void

  init(
    _ key: String, _ variable: String, flag: String? = nil, _ form: String, _ summary: String, standard: String,
    apply: @escaping @Sendable (String, inout Configuration) throws(ConfigurationError) -> Void
  ) {
    self.key = key
    self.variable = variable
    self.flag = flag
    self.form = form
    self.summary = summary
    self.standard = standard
    self.apply = apply
  }

  static let all: [Setting] = [
    Setting(
      "listen", "WRIGHT_LISTEN", flag: "listen", "HOST:PORT",
      "where to listen; port 0 picks a free one", standard: "127.0.0.1:8080"
    ) {
      text, it throws(ConfigurationError) in
      (it.host, it.port) = try address(text)
    },
    Setting("data", "WRIGHT_DATA", flag: "data", "DIR", "the folder that holds everything", standard: "./wright-data") {
      text, it throws(ConfigurationError) in it.data = try path(text)
    },
    Setting(
      "database", "WRIGHT_DATABASE", flag: "database", "URL",
      "sqlite:FILE, or postgres://USER@HOST/NAME (password in PGPASSWORD, or in the URL of the variable or file)",
      standard: "the file wright.db in the data folder"
    ) {
      text, it throws(ConfigurationError) in it.database = try database(text)
    },
    Setting(
      "artifacts", "WRIGHT_ARTIFACTS", flag: "artifacts", "URL",
      "file:DIR, or s3://BUCKET/PREFIX?endpoint=HOST&region=REGION&style=path for artifacts and large logs in a bucket",
      standard: "the folder artifacts in the data folder"
    ) {
      text, it throws(ConfigurationError) in it.artifacts = try artifacts(text)
    },
    Setting(
      "s3.credentials", "WRIGHT_S3_CREDENTIALS", "FILE",
      "the bucket's keys: a file with aws_access_key_id and aws_secret_access_key below [default]",
      standard: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws/credentials"
    ) {
      text, it throws(ConfigurationError) in it.bucketCredentials = try path(text)
    },
    Setting(
      "s3.presigned", "WRIGHT_S3_PRESIGNED", "DURATION",
      "send downloads to the bucket, by addresses that anybody may use for so long; 0s serves them from here",
      standard: "0s"
    ) {
      text, it throws(ConfigurationError) in
      let limit = try duration(text, atLeast: .zero)
      guard limit <= .seconds(604_800) else {
        throw ConfigurationError("'\(text)' is longer than a week, the most there is")
      }
      it.presigned = limit == .zero ? nil : max(limit, .seconds(1))
    },
    Setting(
      "logs", "WRIGHT_LOGS", flag: "logs", "DIR", "the folder of the jobs' logs",
      standard: "the folder logs in the data folder"
    ) {
      text, it throws(ConfigurationError) in it.logsPath = try path(text)
    },
    Setting(
      "sealing_key", "WRIGHT_SEALING_KEY", flag: "sealing-key", "FILE",
      "the key that seals secrets in the database; the same on all servers of one",
      standard: "sealing-key in the data folder"
    ) {
      text, it throws(ConfigurationError) in it.sealingKeyPath = try path(text)
    },
    Setting(
      "server.advertise", "WRIGHT_ADVERTISE", flag: "advertise", "URL",
      "where other servers of the database reach this one: http://HOST:PORT", standard: "made of --listen"
    ) {
      text, it throws(ConfigurationError) in it.advertised = try serverAddress(text)
    },
    Setting(
      "work", "WRIGHT_WORK", flag: "work", "DIR", "the folder that builds run in",
      standard: "the folder work in the data folder"
    ) {
      text, it throws(ConfigurationError) in it.workPath = try path(text)
    },
    Setting(
      "agents", "WRIGHT_AGENTS", flag: "agents", "N|MIN-MAX",
      "how many builds run at once: N, or MIN and up to MAX while builds wait; 0 for none", standard: "2"
    ) {
      text, it throws(ConfigurationError) in it.agentSlots = try range(text, 0...256)
    },
    Setting(
      "agent.labels", "WRIGHT_AGENT_LABELS", "LIST",
      "key=value of the agent in this process: builds that ask for labels go to agents that have them", standard: "none"
    ) {
      text, it throws(ConfigurationError) in it.agentLabels = try labels(text)
    },
    Setting("log", "WRIGHT_LOG_FORMAT", flag: "log", "text|json", "the form of the server's own log", standard: "text")
    {
      text, it throws(ConfigurationError) in it.logFormat = try choice(text)
    },
    Setting(
      "log_level", "WRIGHT_LOG_LEVEL", flag: "log-level", "debug|info|warning|error", "what the server logs",
      standard: "info"
    ) {
      text, it throws(ConfigurationError) in it.logLevel = try choice(text)
    },
    Setting(
      "git.protocols", "WRIGHT_GIT_PROTOCOLS", "LIST", "transports for sources: https,ssh,git,http,file",
      standard: "https,ssh,git"
    ) {
      text, it throws(ConfigurationError) in
      it.gitProtocols = try list(text, of: ["https", "ssh", "git", "http", "file"])
    },
    Setting(
      "forge.insecure_hosts", "WRIGHT_FORGE_INSECURE_HOSTS", "LIST",
      "hosts of forges, HOST:PORT, that services may be pushed to over http", standard: "none"
    ) {
      text, it throws(ConfigurationError) in it.insecureForgeHosts = try hosts(text)
    },
    Setting(
      "repositories.every", "WRIGHT_REPOSITORY_EVERY", "DURATION",
      "how often registered repositories are checked that do not say", standard: "60s"
    ) {
      text, it throws(ConfigurationError) in it.repositoryInterval = try duration(text, atLeast: .seconds(5))
    },
    Setting(
      "git.mirrors", "WRIGHT_GIT_MIRRORS", "SIZE", "mirrors of cloned repositories, kept before the oldest go",
      standard: "5GiB"
    ) {
      text, it throws(ConfigurationError) in it.mirrorsKept = try size(text)
    },
    Setting(
      "host_driver.sandbox", "WRIGHT_SANDBOX", "auto|off|required",
      "bubblewrap where it works; never; or refuse without", standard: "auto"
    ) {
      text, it throws(ConfigurationError) in it.sandbox = try choice(text)
    },
    Setting(
      "slurm.folder", "WRIGHT_SLURM_FOLDER", "DIR",
      "runs builds of the driver slurm on a cluster: a folder that its nodes see under the same path", standard: "none"
    ) {
      text, it throws(ConfigurationError) in it.slurmFolder = try absolutePath(text)
    },
    Setting(
      "nix.environment", "WRIGHT_NIX_ENVIRONMENT", "LIST",
      "variables that nix gets from the server's own; HOME and NIX_* it always gets",
      standard: "NIX_CONF_DIR,NIX_PATH,HOME"
    ) {
      text, it throws(ConfigurationError) in it.nixEnvironment = try names(text)
    },
    Setting(
      "nix.cache", "WRIGHT_NIX_CACHE", "NAME",
      "the cache of this server that builds with nix push to where they name none; made, private, where it is missing",
      standard: "none"
    ) {
      text, it throws(ConfigurationError) in it.nixCache = try cacheName(text)
    },
    Setting(
      "websocket.authentication", "WRIGHT_WEBSOCKET_AUTHENTICATION", "true|false",
      "whether the build WebSocket asks for a token; without, its builds are the admin's", standard: "true"
    ) {
      text, it throws(ConfigurationError) in it.socketAuthentication = try flag(text)
    },
    Setting("agent.lease", "WRIGHT_LEASE", "DURATION", "how long a claim lasts without a sign of life", standard: "30s")
    {
      text, it throws(ConfigurationError) in it.lease = try duration(text, atLeast: .seconds(1))
    },
    Setting(
      "agent.kill_grace", "WRIGHT_KILL_GRACE", "DURATION", "from TERM to KILL when a build is stopped", standard: "1s"
    ) {
      text, it throws(ConfigurationError) in it.killGrace = try duration(text, atLeast: .zero)
    },
    Setting(
      "agent.stop_grace", "WRIGHT_STOP_GRACE", "DURATION", "how long builds may finish when the server stops",
      standard: "5s"
    ) {
      text, it throws(ConfigurationError) in it.stopGrace = try duration(text, atLeast: .zero)
    },
    Setting(
      "limits.build_timeout", "WRIGHT_BUILD_TIMEOUT", "DURATION", "the longest that a build may run", standard: "60m"
    ) {
      text, it throws(ConfigurationError) in it.buildTimeout = try duration(text, atLeast: .seconds(1))
    },
    Setting("limits.log", "WRIGHT_LOG", "SIZE", "the largest log of a job", standard: "1GiB") {
      text, it throws(ConfigurationError) in it.logLimit = try size(text)
    },
    Setting("limits.artifact", "WRIGHT_ARTIFACT", "SIZE", "the largest artifact", standard: "10GiB") {
      text, it throws(ConfigurationError) in it.artifactLimit = try size(text)
    },
    Setting("limits.manifest", "WRIGHT_MANIFEST", "SIZE", "the largest manifest", standard: "1MiB") {
      text, it throws(ConfigurationError) in it.manifestLimit = try size(text)
    },
    Setting(
      "limits.cleanup_threshold", "WRIGHT_CLEANUP_THRESHOLD", "SIZE",
      "artifacts a user keeps before the oldest go", standard: "1GiB"
    ) {
      text, it throws(ConfigurationError) in it.cleanupThreshold = try size(text)
    },
  ]
}
