import Forge
import HTTPClient
import Model
import Testing

@testable import ForgePullRequests

struct PullRequestTests {
  private let wanted = WantedMergeRequest(source: "wright/v1", target: "main", title: "v1", description: "d")

  private func request(_ head: String, _ base: String, repository: String? = "Shop/shop", state: String? = "open")
    -> PullRequest
  {
    func branch(_ name: String) -> PullRequest.Branch {
      PullRequest.Branch(ref: name, repo: repository.map { PullRequest.Branch.Repository(fullName: $0) })
    }
    return PullRequest(number: 1, url: "u", state: state, head: branch(head), base: branch(base))
  }

  @Test func `A pull request is the wanted one by its branches, not by those of a fork`() {
    #expect(request("wright/v1", "main").isFor(wanted, in: "shop/shop"))
    #expect(request("wright/v1", "main", repository: nil).isFor(wanted, in: "shop/shop"))
    #expect(!request("wright/v1", "main", repository: "other/shop").isFor(wanted, in: "shop/shop"))
    #expect(!request("wright/v2", "main").isFor(wanted, in: "shop/shop"))
    #expect(!request("wright/v1", "next").isFor(wanted, in: "shop/shop"))
    #expect(!request("wright/v1", "main", state: "closed").isFor(wanted, in: "shop/shop"))
  }

  @Test(arguments: [
    (PullRequestDialect.github, "github.com", "https://api.github.com"),
    (.github, "git.example.org", "https://git.example.org/api/v3"),
    (.gitea, "codeberg.org", "https://codeberg.org/api/v1"), (.gitea, "h/git", "https://h/git/api/v1"),
  ])
  func `Each has its API where it is documented`(dialect: PullRequestDialect, provider: String, root: String) throws {
    #expect(dialect.root(of: try ForgeAddress(provider: provider, insecureHosts: [])) == root)
  }

  @Test func `The token is in a header of each one's own form`() {
    #expect(PullRequestDialect.github.headers(token: "t")["Authorization"] == "Bearer t")
    #expect(PullRequestDialect.gitea.headers(token: "t")["Authorization"] == "token t")
    #expect(PullRequestDialect.github.search(wanted, owner: "shop").contains("head=shop%3Awright%2Fv1&base=main"))
  }
}
