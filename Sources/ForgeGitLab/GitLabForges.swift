public import Forge
internal import HTTPClient

/// Projects on GitLab, on gitlab.com or on one's own host. https://docs.gitlab.com/api/rest/
public struct GitLabForges: Forges {
  private let client = HTTPClient(configuration: ForgeRequests.configuration)
  private let pause: ForgeRequests.Pause

  /// GitLab. One for a process. `pause` is how it waits before a request is made again.
  public init(pause: @escaping ForgeRequests.Pause = { try await Task.sleep(for: $0) }) { self.pause = pause }

  /// A project on GitLab.
  public func forge(_ place: ForgePlace) throws -> any Forge {
    GitLabForge(
      place: place,
      requests: try ForgeRequests(
        place: place, base: "\(place.address.url)/api/v4",
        headers: ["PRIVATE-TOKEN": place.token, "Accept": "application/json"],
        rights: "the scopes api and write_repository", client: client, pause: pause))
  }
}
