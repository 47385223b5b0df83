internal import Forge
internal import Model

/// A project, as far as it is looked at. https://docs.gitlab.com/api/projects/
struct GitLabProject: Decodable {
  var id: Int64?
  var path: String?
  var defaultBranch: String?
  var permissions: Permissions?

  struct Permissions: Decodable {
    struct Access: Decodable {
      var level: Int
      enum CodingKeys: String, CodingKey { case level = "access_level" }
    }
    var project: Access?
    var group: Access?
    enum CodingKeys: String, CodingKey {
      case project = "project_access"
      case group = "group_access"
    }
  }

  enum CodingKeys: String, CodingKey {
    case id, permissions
    case path = "path_with_namespace"
    case defaultBranch = "default_branch"
  }

  /// The role that may push and open merge requests: Developer.
  private static let developer = 30

  /// Administrators have a level nowhere and may do everything, so no level says nothing.
  func restriction(_ place: ForgePlace) -> String? {
    let levels = [permissions?.project?.level, permissions?.group?.level].compactMap(\.self)
    guard let level = levels.max(), level < Self.developer else { return nil }
    return "the token's user has the access level \(level) in project \(place.project); pushing and opening merge "
      + "requests needs \(Self.developer), the role Developer"
  }
}

/// What a merge request is opened with.
struct GitLabNewMergeRequest: Encodable {
  var sourceBranch: String
  var targetBranch: String
  var title: String
  var description: String

  enum CodingKeys: String, CodingKey {
    case sourceBranch = "source_branch"
    case targetBranch = "target_branch"
    case title, description
  }
}

/// A merge request, as far as it is looked at.
struct GitLabMergeRequest: Decodable {
  var iid: Int64
  var url: String
  var state: String?
  var source: String?
  var target: String?

  enum CodingKeys: String, CodingKey {
    case iid, state
    case url = "web_url"
    case source = "source_branch"
    case target = "target_branch"
  }

  var request: MergeRequest { MergeRequest(iid: iid, url: url) }

  func isFor(_ wanted: WantedMergeRequest) -> Bool {
    (state ?? "opened") == "opened" && (source ?? wanted.source) == wanted.source
      && (target ?? wanted.target) == wanted.target
  }
}
