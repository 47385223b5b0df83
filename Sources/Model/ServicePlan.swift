/// What a build of a service makes, and where it goes: everything of it, as it was when the build was asked for.
public struct ServicePlan: Codable, Sendable, Hashable {
  /// The service's name.
  public var service: String
  /// The revision that is built.
  public var revision: Int64
  /// When it was saved.
  public var savedAt: Timestamp
  /// What a person calls the build; the branch and the merge request are named after it.
  public var tag: String
  /// The revision's document as JSON, with the schemas of the data sources that it names.
  public var document: String
  /// The name of the Go module.
  public var module: String
  /// Whose Docker Hub repository the image goes to; nil where no image is pushed.
  public var dockerHubUser: String?
  /// Where the branch goes.
  public var forge: ForgeTarget

  /// A repository on a forge, and what opens it.
  public struct ForgeTarget: Codable, Sendable, Hashable {
    /// `gitlab.com`; begins with `http://` where that is allowed.
    public var provider: String
    /// `group/name`.
    public var path: String
    /// The project's number on the forge.
    public var project: String
    /// Sent as the user, beside the token.
    public var user: String
    /// Secret.
    public var token: String
    /// The branch that the merge request goes into; nil for the project's default branch.
    public var branch: String?
    /// Authorities that are trusted instead of the system's, as PEM text.
    public var authorities: String?

    /// A target.
    public init(
      provider: String, path: String, project: String, user: String, token: String, branch: String? = nil,
      authorities: String? = nil
    ) {
      self.provider = provider
      self.path = path
      self.project = project
      self.user = user
      self.token = token
      self.branch = branch
      self.authorities = authorities
    }
  }

  /// A plan.
  public init(
    service: String, revision: Int64, savedAt: Timestamp, tag: String, document: String, module: String,
    dockerHubUser: String?, forge: ForgeTarget
  ) {
    self.service = service
    self.revision = revision
    self.savedAt = savedAt
    self.tag = tag
    self.document = document
    self.module = module
    self.dockerHubUser = dockerHubUser
    self.forge = forge
  }

  /// The branch that is pushed.
  public var branch: String { serviceBranch(tag: tag) }
  /// The artifact that holds the generated files.
  public var archive: String { serviceArchive(service: service, tag: tag) }
}

/// The branch of a service's build with this tag.
public func serviceBranch(tag: String) -> String { "wright/\(tag)" }

/// The name of the artifact with the files that were generated for this tag.
public func serviceArchive(service: String, tag: String) -> String { "\(service)-\(tag).tar.zst" }

/// A part of a service's build; each is a job of this name.
public enum ServiceStep: String, Codable, Sendable, Hashable, CaseIterable {
  /// Finds every problem of the document.
  case validate
  /// Makes the files.
  case generate
  /// Brings them to the forge, as a branch.
  case push
  /// Opens the merge request.
  case mergeRequest = "merge-request"
}
