import Forge
import ForgeGitLab
import ForgePullRequests

/// The forges that there are. Which one a project is on is found out by asking: GitLab first, whose configuration this is;
/// where there is no such project, a host of one's own may be a Gitea, a Forgejo, or GitHub's.
struct ForgeChoice: Forges {
  private let forges: [(kind: ForgeKind, forges: any Forges)] = [
    (.gitlab, GitLabForges()), (.gitea, PullRequestForges(.gitea)), (.github, PullRequestForges(.github)),
  ]

  func forge(_ place: ForgePlace) throws -> any Forge {
    let isGitHub = place.address.host == "github.com"
    let wanted = forges.filter { isGitHub ? $0.kind == .github : true }
    return ChosenForge(forges: try wanted.map { ($0.kind, try $0.forges.forge(place)) })
  }
}

/// One project, on the first of several forges that has it.
struct ChosenForge: Forge {
  /// At least one.
  let forges: [(kind: ForgeKind, forge: any Forge)]

  func project() async throws -> ForgeProject {
    var first: ForgeError?
    for (_, forge) in forges {
      do { return try await forge.project() } catch let error as ForgeError {
        guard let known = first else {
          // An answer of its own API: there is no need to look further.
          guard error.kind == .unexpected else { throw error }
          first = error
          continue
        }
        // What only an API of this kind answers is the reason; else that of the first one counts.
        let isElsewhere = [.notFound, .unexpected, .rejected].contains(error.kind)
        if !isElsewhere { throw error.kind == .unreachable ? known : error }
      }
    }
    throw first ?? ForgeError(.unexpected, "there is no forge")
  }

  func open(_ wanted: WantedMergeRequest, in project: ForgeProject) async throws -> OpenedMergeRequest {
    guard let forge = forges.first(where: { $0.kind == project.kind })?.forge else {
      throw ForgeError(.unexpected, "the project \(project.path) is on no known forge")
    }
    return try await forge.open(wanted, in: project)
  }
}
