internal import Documents
public import Model

/// What a manifest asks for, checked: everything that can be known to be wrong without running it has been refused.
public struct Manifest: Sendable, Hashable {
  /// What kinds of manifests there are.
  public enum Kind: String, Sendable, CaseIterable {
    /// Stages of jobs.
    case pipeline
    /// Outputs of a flake.
    case nix
  }

  /// What kind of manifest it is.
  public var kind = Kind.pipeline
  /// For kind `nix`: what is built, an attribute of the flake or a whole installable (`.#a`); empty for everything.
  public var outputs: [String] = []
  /// The namespace that the build belongs to, where one is named.
  public var namespace: NamespaceReference?
  /// Where the jobs run. A driver `os` is `host` here.
  public var driver: DriverSpecification
  /// What the agent must have that takes the build.
  public var labels: [String: String] = [:]
  /// Variables for every job, in the order written.
  public var environment: [EnvironmentVariable]
  /// Files to place into the environment.
  public var objects: [ObjectPlacement]
  /// Repositories to clone.
  public var sources: [Source]
  /// Stages in the order of execution; no name twice.
  public var stages: [String]
  /// Stages whose failure does not fail the build. May name stages that do not exist.
  public var allowFailures: [String]
  /// How long the build may run, in seconds; nil where the manifest does not say.
  public var timeoutSeconds: Int64?
  /// All jobs in the order written, also those of a stage that does not exist.
  public var jobs: [ManifestJob]

  /// A manifest with these parts.
  public init(
    namespace: NamespaceReference? = nil, driver: DriverSpecification, environment: [EnvironmentVariable] = [],
    objects: [ObjectPlacement] = [], sources: [Source] = [], stages: [String], allowFailures: [String] = [],
    timeoutSeconds: Int64? = nil, jobs: [ManifestJob] = []
  ) {
    self.namespace = namespace
    self.driver = driver
    self.environment = environment
    self.objects = objects
    self.sources = sources
    self.stages = stages
    self.allowFailures = allowFailures
    self.timeoutSeconds = timeoutSeconds
    self.jobs = jobs
  }
}

/// A job of a manifest.
public struct ManifestJob: Sendable, Hashable {
  /// The stage it belongs to.
  public var stage: String
  /// As given, or `stage.n` with n counted from 1 within the stage. Unique in its stage.
  public var name: String
  /// One shell command a line, in order.
  public var commands: [String]
  /// What is collected afterwards.
  public var artifacts: [ArtifactRule]

  /// A job with these parts.
  public init(stage: String, name: String, commands: [String], artifacts: [ArtifactRule] = []) {
    self.stage = stage
    self.name = name
    self.commands = commands
    self.artifacts = artifacts
  }
}

/// `project/child@owner`.
public struct NamespaceReference: Sendable, Hashable {
  /// `project/child`.
  public var path: String
  /// The user whose namespace it is, where it is not the submitter's.
  public var owner: String?

  /// A reference.
  public init(path: String, owner: String? = nil) {
    self.path = path
    self.owner = owner
  }

  /// Reads `project/child@owner`; nil where a part is not as `rule` says.
  public init?(_ text: String) {
    let halves = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    let path = halves.first?.split(separator: "/", omittingEmptySubsequences: false).map(String.init) ?? []
    guard halves.count <= 2, path.count <= 20, (path + halves.dropFirst()).allSatisfy(Self.isPart) else { return nil }
    self.init(path: path.joined(separator: "/"), owner: halves.count == 2 ? halves[1] : nil)
  }

  /// What the parts are made of, for people.
  public static let rule = "parts of at most 64 letters, digits, '-', '_' and '.', at most 20 of them"

  private static func isPart(_ part: String) -> Bool {
    guard let first = part.utf8.first, first != 45, first != 46, part.utf8.count <= 64 else { return false }
    return part.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [45, 46, 95].contains(byte)
    }
  }
}

/// How much a manifest may hold.
public struct ManifestLimits: Sendable, Hashable {
  /// Bytes of text.
  public var bytes: Int
  /// Jobs.
  public var jobs: Int
  /// Errors and warnings that are reported, each; further ones are counted.
  public var diagnostics: Int

  /// Limits.
  public init(bytes: Int = 1 << 20, jobs: Int = 10_000, diagnostics: Int = 200) {
    self.bytes = bytes
    self.jobs = jobs
    self.diagnostics = diagnostics
  }
}
