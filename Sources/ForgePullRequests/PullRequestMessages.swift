internal import Forge
internal import Model

/// A repository, as far as it is looked at.
struct PullRequestRepository: Decodable {
  struct Permissions: Decodable { var push: Bool? }
  var fullName: String?
  var defaultBranch: String?
  var permissions: Permissions?

  enum CodingKeys: String, CodingKey {
    case permissions
    case fullName = "full_name"
    case defaultBranch = "default_branch"
  }
}

/// What a pull request is opened with.
struct PullRequestBody: Encodable {
  var title: String
  var head: String
  var base: String
  var body: String
}

/// A pull request, as far as it is looked at.
struct PullRequest: Decodable {
  struct Branch: Decodable {
    struct Repository: Decodable {
      var fullName: String?
      enum CodingKeys: String, CodingKey { case fullName = "full_name" }
    }
    var ref: String?
    var repo: Repository?
  }
  var number: Int64
  var url: String
  var state: String?
  var head: Branch?
  var base: Branch?

  enum CodingKeys: String, CodingKey {
    case number, state, head, base
    case url = "html_url"
  }

  var request: MergeRequest { MergeRequest(iid: number, url: url) }

  /// A fork may have a branch of the same name.
  func isFor(_ wanted: WantedMergeRequest, in project: String) -> Bool {
    (state ?? "open") == "open" && head?.ref == wanted.source && base?.ref == wanted.target
      && (head?.repo?.fullName ?? project).lowercased() == project.lowercased()
  }
}
