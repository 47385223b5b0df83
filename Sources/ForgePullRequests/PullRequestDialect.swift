internal import Forge
internal import HTTPClient

/// In what GitHub, and Gitea and Forgejo, differ.
public enum PullRequestDialect: Sendable, Hashable {
  /// https://docs.github.com/rest/pulls
  case github
  /// https://docs.gitea.com/api, and the same of Forgejo.
  case gitea

  /// The API's root.
  func root(of address: ForgeAddress) -> String {
    switch self {
    case .github: address.host == "github.com" ? "https://api.github.com" : "\(address.url)/api/v3"
    case .gitea: "\(address.url)/api/v1"
    }
  }

  func headers(token: String) -> HTTPClientHeaders {
    switch self {
    case .github:
      [
        "Authorization": "Bearer \(token)", "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "wright",
      ]
    case .gitea: ["Authorization": "token \(token)", "Accept": "application/json"]
    }
  }

  /// What a token needs, as the end of a sentence.
  var rights: String {
    switch self {
    case .github: "the right to write contents and pull requests (or the scope repo)"
    case .gitea: "the scope write:repository"
    }
  }

  /// Characters.
  var descriptionLimit: Int {
    switch self {
    case .github: 65_536
    case .gitea: 1_000_000
    }
  }

  /// Where the list of open pull requests begins that may hold the wanted one.
  func search(_ wanted: WantedMergeRequest, owner: String) -> String {
    switch self {
    case .github:
      "?state=open&head=\(ForgeRequests.escaped("\(owner):\(wanted.source)"))"
        + "&base=\(ForgeRequests.escaped(wanted.target))&per_page=100"
    case .gitea: "?state=open&sort=recentupdate&limit=50"
    }
  }
}
