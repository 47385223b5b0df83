public import Forge
internal import HTTPClient

/// Projects on GitHub, or on Gitea and Forgejo.
public struct PullRequestForges: Forges {
  private let client = HTTPClient(configuration: ForgeRequests.configuration)
  private let dialect: PullRequestDialect
  private let pause: ForgeRequests.Pause

  /// One for a process. `pause` is how it waits before a request is made again.
  public init(
    _ dialect: PullRequestDialect, pause: @escaping ForgeRequests.Pause = { try await Task.sleep(for: $0) }
  ) {
    self.dialect = dialect
    self.pause = pause
  }

  /// A project there.
  public func forge(_ place: ForgePlace) throws -> any Forge {
    PullRequestForge(
      place: place, dialect: dialect,
      requests: try ForgeRequests(
        place: place, base: dialect.root(of: place.address), headers: dialect.headers(token: place.token),
        rights: dialect.rights, client: client, pause: pause))
  }
}
