/// What a build comes from.
public enum BuildKind: String, Codable, Sendable, CaseIterable {
  /// A YAML manifest.
  case pipeline
  /// A repository's address.
  case program
  /// A Nix derivation.
  case nix
  /// A designed service.
  case service
}

/// Why a build was queued.
public struct Trigger: Codable, Sendable, Hashable {
  /// The event behind it.
  public enum Kind: String, Codable, Sendable, CaseIterable { case manual, push, pull, schedule, rebuild, api }
  /// The event behind it.
  public var type: Kind
  /// A person's words; may be empty.
  public var comment: String
  /// Facts about the event: a commit, a branch, the build that was run again.
  public var data: [String: String]

  /// A trigger.
  public init(type: Kind, comment: String = "", data: [String: String] = [:]) {
    self.type = type
    self.comment = comment
    self.data = data
  }
}

/// A build as it stands, without its jobs, manifest and plan.
public struct Build: Sendable, Hashable {
  /// Names it everywhere.
  public var id: BuildID
  /// Counts the owner's builds from 1.
  public var number: Int64
  /// What it comes from.
  public var kind: BuildKind
  /// Where it stands.
  public var status: Status
  /// Whose it is.
  public var owner: UserID
  /// The namespace's path (`project/child`), where it has one.
  public var namespace: String?
  /// Why it was queued.
  public var trigger: Trigger
  /// In the order they were added.
  public var tags: [String]
  /// Keeps its artifacts from curation.
  public var pinned: Bool
  /// The first source's commit, once it is known: 40 or 64 hexadecimal digits.
  public var commit: String?
  /// The registered repository that it was queued for, where it was.
  public var repository: RepositoryID?
  /// The ref of the repository that it was queued for: `refs/heads/main`.
  public var ref: String?
  /// A sentence for people on why it ended as it did, where its jobs' logs do not say it.
  public var reason: String?
  /// How many times an agent has begun it.
  public var attempt: Int
  /// What was found in its logs and reports; nil where nothing was.
  public var results: BuildResults?
  /// What it needs of the agent that takes it.
  public var needs: AgentRequirement
  /// The agent that runs it or was the last to; nil while it waits.
  public var agent: BuildAgent?
  /// What it is about, where it is one of a service.
  public var service: ServiceBuild?
  /// When it was submitted.
  public var createdAt: Timestamp
  /// When an agent first began it.
  public var startedAt: Timestamp?
  /// When it reached a final status.
  public var finishedAt: Timestamp?

  /// A build with these values.
  public init(
    id: BuildID, number: Int64, kind: BuildKind, status: Status, owner: UserID, namespace: String?, trigger: Trigger,
    tags: [String], pinned: Bool, commit: String?, reason: String?, attempt: Int, createdAt: Timestamp,
    startedAt: Timestamp?, finishedAt: Timestamp?, repository: RepositoryID? = nil, ref: String? = nil,
    results: BuildResults? = nil, service: ServiceBuild? = nil,
    needs: AgentRequirement = AgentRequirement(driver: "host"), agent: BuildAgent? = nil
  ) {
    self.needs = needs
    self.agent = agent
    self.service = service
    self.id = id
    self.results = results
    self.repository = repository
    self.ref = ref
    self.number = number
    self.kind = kind
    self.status = status
    self.owner = owner
    self.namespace = namespace
    self.trigger = trigger
    self.tags = tags
    self.pinned = pinned
    self.commit = commit
    self.reason = reason
    self.attempt = attempt
    self.createdAt = createdAt
    self.startedAt = startedAt
    self.finishedAt = finishedAt
  }
}

/// A job as it stands.
public struct Job: Sendable, Hashable {
  /// Names it everywhere.
  public var id: JobID
  /// The build it belongs to.
  public var build: BuildID
  /// Its place in the order of execution, from 0.
  public var position: Int
  /// The stage's name.
  public var stage: String
  /// Unique in its stage.
  public var name: String
  /// Where it stands.
  public var status: Status
  /// The script's exit status (128 and the signal's number for a signal); nil until it ended, or where nothing ran.
  public var exitCode: Int32?
  /// Bytes of log.
  public var logSize: Int64
  /// What was found in its log and reports; nil where nothing was.
  public var results: ResultCounts?
  /// When the build was submitted.
  public var createdAt: Timestamp
  /// When it began.
  public var startedAt: Timestamp?
  /// When it ended.
  public var finishedAt: Timestamp?

  /// A job with these values.
  public init(
    id: JobID, build: BuildID, position: Int, stage: String, name: String, status: Status, exitCode: Int32?,
    logSize: Int64, createdAt: Timestamp, startedAt: Timestamp?, finishedAt: Timestamp?, results: ResultCounts? = nil
  ) {
    self.results = results
    self.id = id
    self.build = build
    self.position = position
    self.stage = stage
    self.name = name
    self.status = status
    self.exitCode = exitCode
    self.logSize = logSize
    self.createdAt = createdAt
    self.startedAt = startedAt
    self.finishedAt = finishedAt
  }
}

/// A collected artifact as it stands.
public struct Artifact: Sendable, Hashable {
  /// Names it everywhere.
  public var id: ArtifactID
  /// The build it belongs to.
  public var build: BuildID
  /// The job it was collected after.
  public var job: JobID
  /// Unique in its build; `/` separates folders.
  public var name: String
  /// The path in the workspace that it came from.
  public var source: String
  /// Bytes, and their hashes.
  public var content: ContentDigest
  /// Permission bits of the file it came from.
  public var permissions: UInt32
  /// What its first bytes say it is; nil for what is no part of a program.
  public var program: ProgramFile?
  /// When it was collected.
  public var createdAt: Timestamp

  /// An artifact with these values.
  public init(
    id: ArtifactID, build: BuildID, job: JobID, name: String, source: String, content: ContentDigest,
    permissions: UInt32, program: ProgramFile? = nil, createdAt: Timestamp
  ) {
    self.program = program
    self.id = id
    self.build = build
    self.job = job
    self.name = name
    self.source = source
    self.content = content
    self.permissions = permissions
    self.createdAt = createdAt
  }
}

/// What identifies stored bytes.
public struct ContentDigest: Codable, Sendable, Hashable {
  /// 64 lowercase hexadecimal digits; the address in the store.
  public var sha256: String
  /// 32 lowercase hexadecimal digits.
  public var md5: String
  /// Bytes.
  public var size: Int64

  /// A digest.
  public init(sha256: String, md5: String, size: Int64) {
    self.sha256 = sha256
    self.md5 = md5
    self.size = size
  }
}

/// The folder of the artifact repository that a build's artifacts are in: its commit, or `build-<id>` without one.
public func artifactFolder(commit: String?, build: BuildID) -> String {
  commit ?? "build-\(build)"
}
