internal import Model
internal import Queue

/// What another server is told of a change: which thing has changed, and whose it is. What it is like now that one reads
/// itself, where somebody listens.
enum ChangeNotice: Hashable {
  case build(BuildID, UserID)
  case job(JobID, BuildID, UserID)
  case artifact(ArtifactID, BuildID, UserID)
  case nix(JobID, BuildID, UserID)
  case repository(RepositoryID, UserID)
  case agents

  /// Nil for what is no change of a thing.
  init?(_ event: BuildEvent, build: BuildID, owner: UserID) {
    switch event {
    case .build(let changed): self = .build(changed.id, owner)
    case .job(let job): self = .job(job.id, build, owner)
    case .artifact(let artifact): self = .artifact(artifact.id, build, owner)
    case .nix(let job): self = .nix(job, build, owner)
    case .repository(let repository): self = .repository(repository, owner)
    case .agents: self = .agents
    case .missed: return nil
    }
  }

  /// The notice of a line; nil where it is none, as of another version.
  init?(_ line: String) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    let numbers = words.dropFirst().compactMap { Int64($0) }
    guard let kind = words.first, numbers.count == words.count - 1 else { return nil }
    switch (kind, numbers.count) {
    case ("build", 2): self = .build(BuildID(rawValue: numbers[0]), UserID(rawValue: numbers[1]))
    case ("job", 3): self = .job(JobID(rawValue: numbers[0]), Self.build(numbers), Self.owner(numbers))
    case ("artifact", 3):
      self = .artifact(ArtifactID(rawValue: numbers[0]), Self.build(numbers), Self.owner(numbers))
    case ("nix", 3): self = .nix(JobID(rawValue: numbers[0]), Self.build(numbers), Self.owner(numbers))
    case ("repository", 2): self = .repository(RepositoryID(rawValue: numbers[0]), UserID(rawValue: numbers[1]))
    case ("agents", 0): self = .agents
    default: return nil
    }
  }

  private static func build(_ numbers: [Int64]) -> BuildID { BuildID(rawValue: numbers[1]) }
  private static func owner(_ numbers: [Int64]) -> UserID { UserID(rawValue: numbers[2]) }

  /// As a line of text.
  var line: String {
    switch self {
    case .build(let build, let owner): "build \(build) \(owner)"
    case .job(let job, let build, let owner): "job \(job) \(build) \(owner)"
    case .artifact(let artifact, let build, let owner): "artifact \(artifact) \(build) \(owner)"
    case .nix(let job, let build, let owner): "nix \(job) \(build) \(owner)"
    case .repository(let repository, let owner): "repository \(repository) \(owner)"
    case .agents: "agents"
    }
  }

  /// The subscriptions that it concerns.
  var filters: [EventFilter] {
    switch self {
    case .build(let build, let owner), .job(_, let build, let owner), .artifact(_, let build, let owner),
      .nix(_, let build, let owner):
      [.build(build), .owner(owner)]
    case .repository(_, let owner): [.owner(owner)]
    // Those of all owners.
    case .agents: []
    }
  }
}
