public import Artifacts
public import Lifecycle
public import Logs
public import Model
public import Queue
public import Routing
public import Store

/// What the API is made of.
public struct APIDependencies: Sendable {
  /// Builds, jobs, artifacts, tokens.
  public var store: Store
  /// Changes the course of builds, and tells of changes.
  public var queue: any BuildQueue
  /// Changes which repositories are watched; nil where none are.
  public var repositories: (any RepositoryRegistry)?
  /// The jobs' logs.
  public var logs: any LogStore
  /// The artifacts' bytes.
  public var artifacts: any ArtifactStore
  /// Says who calls.
  public var authentication: TokenAuthentication
  /// How much a request may hold, and what builds may do.
  public var limits: APILimits
  /// Knows the agents; nil where there are none.
  public var directory: (any AgentDirectory)?
  /// Takes the messages of forges; without it they are refused.
  public var webhooks: (any WebhookReceiver)?
  /// Builds services; nil where none are built.
  public var services: (any ServiceBuilder)?
  /// What agents elsewhere reach; nil where there can be none.
  public var agents: AgentAccess?
  /// The program's version.
  public var version: String
  /// The time now.
  public var clock: @Sendable () -> Timestamp
  /// Where events go that nobody waits for.
  public var log: Logger
  /// Text in Prometheus' exposition format that other parts of the program add to `/metrics`.
  public var metricSources: [@Sendable () async -> String]
  /// Who may send builds over the WebSocket.
  public var buildSocket = BuildSocketAccess.tokens
  /// What this server is among those that share its database; nil where it cannot share it.
  public var standing: @Sendable () -> ServerStanding? = { nil }
  /// The open event streams.
  public var streams: EventStreams { authentication.streams }

  /// Dependencies.
  public init(
    store: Store, queue: any BuildQueue, repositories: (any RepositoryRegistry)? = nil, logs: any LogStore,
    artifacts: any ArtifactStore,
    authentication: TokenAuthentication, limits: APILimits = APILimits(), version: String,
    clock: @escaping @Sendable () -> Timestamp, log: Logger, metricSources: [@Sendable () async -> String] = [],
    webhooks: (any WebhookReceiver)? = nil, services: (any ServiceBuilder)? = nil, agents: AgentAccess? = nil,
    directory: (any AgentDirectory)? = nil
  ) {
    self.agents = agents
    self.services = services
    self.webhooks = webhooks
    self.store = store
    self.queue = queue
    self.repositories = repositories
    self.logs = logs
    self.artifacts = artifacts
    self.authentication = authentication
    self.limits = limits
    self.directory = directory
    self.version = version
    self.clock = clock
    self.log = log
    self.metricSources = metricSources
  }
}

/// Who may send builds over the WebSocket.
public enum BuildSocketAccess: Sendable, Hashable {
  /// Whoever has a token.
  case tokens
  /// Anybody; the builds are this user's.
  case anybody(as: UserID)
}

/// How much a request may hold.
public struct APILimits: Sendable, Hashable {
  /// Bytes of a manifest.
  public var manifestBytes: Int
  /// The longest that a build may run, in seconds.
  public var timeoutSeconds: Int64
  /// Seconds between two checks of a repository that does not say.
  public var repositorySeconds: Int64 = 60
  /// Bytes of a forge's message: as many as GitHub sends.
  public var webhookBytes = 26 << 20
  /// Characters of a comment.
  public var commentCharacters = 10_000
  /// Characters of a tag.
  public var tagCharacters = 100
  /// Tags of a build.
  public var tags = 50
  /// The transports that addresses of repositories may use.
  public var gitProtocols: [String]

  /// Limits; a manifest of 1 MiB, builds of 60 minutes, and addresses over https, ssh and git unless set.
  public init(
    manifestBytes: Int = 1 << 20, timeoutSeconds: Int64 = 3600, gitProtocols: [String] = ["https", "ssh", "git"]
  ) {
    self.gitProtocols = gitProtocols
    self.manifestBytes = manifestBytes
    self.timeoutSeconds = timeoutSeconds
  }

  /// Bytes of a body with a manifest, whose lines and quotes JSON may write in two bytes or six.
  var bodyBytes: Int { manifestBytes.multipliedReportingOverflow(by: 2).partialValue + (64 << 10) }
}
