public import Model

/// A project on a forge, where branches are pushed to and merge requests are opened. One implementation for each kind of
/// forge. Safe from any task; cancelling the task ends a request.
///
/// A request that fails for the moment only is made again, up to five times in all. Every error is a `ForgeError`, but
/// for `CancellationError`.
public protocol Forge: Sendable {
  /// What the forge says about the project. The first thing to ask: it finds out whether the token is any good.
  func project() async throws -> ForgeProject
  /// Opens a merge request, or finds the open one from the same branch into the same branch.
  func open(_ wanted: WantedMergeRequest, in project: ForgeProject) async throws -> OpenedMergeRequest
}

/// Makes forges. Safe from any task.
public protocol Forges: Sendable {
  /// A forge for this project. Touches nothing yet; throws where the place cannot be used as it is.
  func forge(_ place: ForgePlace) throws -> any Forge
}

/// A project, and what opens it.
public struct ForgePlace: Sendable, Hashable {
  /// Where the forge is.
  public var address: ForgeAddress
  /// The project's number, or its path.
  public var project: String
  /// The path of the repository: `group/name`.
  public var path: String
  /// Secret.
  public var token: String
  /// Authorities that are trusted instead of the system's, as PEM text; nil for the system's.
  public var authorities: String?

  /// A place.
  public init(address: ForgeAddress, project: String, path: String, token: String, authorities: String? = nil) {
    self.address = address
    self.project = project
    self.path = path
    self.token = token
    self.authorities = authorities
  }
}

/// Which API a forge has.
public enum ForgeKind: String, Sendable, Hashable, CaseIterable {
  /// GitLab.
  case gitlab
  /// GitHub.
  case github
  /// Gitea and Forgejo.
  case gitea
}

/// What a forge says about a project.
public struct ForgeProject: Sendable, Hashable {
  /// Where it was found.
  public var kind: ForgeKind
  /// What it is asked for by, also when it is moved.
  public var id: String
  /// `group/name`.
  public var path: String
  /// Nil where the repository is empty, or the forge does not say.
  public var defaultBranch: String?
  /// Why the token's user cannot push or open merge requests, as a sentence; nil where he can, or it is not known.
  public var restriction: String?

  /// A project.
  public init(kind: ForgeKind, id: String, path: String, defaultBranch: String?, restriction: String? = nil) {
    self.kind = kind
    self.id = id
    self.path = path
    self.defaultBranch = defaultBranch
    self.restriction = restriction
  }
}

/// A merge request as it is to be opened.
public struct WantedMergeRequest: Sendable, Hashable {
  /// The branch that it comes from.
  public var source: String
  /// The branch that it goes into.
  public var target: String
  /// One line.
  public var title: String
  /// Markdown. Forges have limits; what is too long is cut, and says so.
  public var description: String

  /// A merge request.
  public init(source: String, target: String, title: String, description: String) {
    self.source = source
    self.target = target
    self.title = title
    self.description = description
  }
}

/// A merge request that is open.
public struct OpenedMergeRequest: Sendable, Hashable {
  /// Which one.
  public var request: MergeRequest
  /// False where it was open already.
  public var isNew: Bool

  /// An open merge request.
  public init(request: MergeRequest, isNew: Bool) {
    self.request = request
    self.isNew = isNew
  }
}
