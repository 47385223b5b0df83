/// What a service's builds need to know of the repository and of those who run the service. Nil is what nobody has given
/// yet.
public struct BuildConfiguration: Codable, Sendable, Hashable {
  /// A property by the name that people see.
  public enum Property: String, Sendable, Hashable, CaseIterable {
    case tokenPredecessor = "token_predecessor"
    case gitlabToken = "gitlab_ci_token"
    case dockerHubUser = "dockerhub_username"
    case fileStorageToken = "file_storage_access_token"
    case repositoryPath = "repository_path"
    case provider = "repository_provider"
    case project = "repository_project_id"
    case targetBranch = "target_branch"
    case authorities = "ca_file"

    /// True for what is sealed and never shown.
    public var isSecret: Bool { self == .gitlabToken || self == .fileStorageToken }
    /// True for what a build cannot do without.
    public var isRequired: Bool { self != .targetBranch && self != .authorities }
  }

  private var values: [String: String]

  /// A configuration of which nothing is given.
  public init() { values = [:] }

  /// The value of a property; nil where none is given.
  public subscript(_ property: Property) -> String? {
    get { values[property.rawValue] }
    set { values[property.rawValue] = newValue }
  }

  /// What a build cannot do without and is not given.
  public var missing: [Property] { Property.allCases.filter { $0.isRequired && self[$0] == nil } }

  /// What stands for a value that is not wanted.
  public static let notApplicable = "NA"
}

extension BuildConfiguration.Property {
  /// What it is, for people; the end of a sentence.
  public var meaning: String {
    switch self {
    case .tokenPredecessor: "the name of the personal access token, as in gitlab-user-ci-token"
    case .gitlabToken: "the token itself, as in glpat-..., with the scopes api and write_repository"
    case .dockerHubUser: "the user whose repository on Docker Hub the image goes to, or NA"
    case .fileStorageToken: "the access token of the S3 bucket, or NA"
    case .repositoryPath: "the path of the repository, as in shop-team/shop"
    case .provider: "the host of the repository, as in gitlab.com"
    case .project: "the project's number, which stands on top of its page"
    case .targetBranch: "the branch that merge requests go into; without one, the project's default branch"
    case .authorities: "the certificate of the authority that signed the host's, as PEM text"
    }
  }
}
