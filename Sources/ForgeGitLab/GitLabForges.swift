internal import Concurrency
internal import Files
public import Forge
internal import HTTPClient

/// Projects on GitLab, on gitlab.com or on one's own host. https://docs.gitlab.com/api/rest/
public final class GitLabForges: Forges {
  /// How it waits before a request is made again; tests do not.
  private let pause: @Sendable (Duration) async throws -> Void
  private let client = HTTPClient(configuration: GitLabForges.configuration)

  /// GitLab. One for a process.
  public convenience init() { self.init { try await Task.sleep(for: $0) } }

  init(pause: @escaping @Sendable (Duration) async throws -> Void) { self.pause = pause }

  private static let configuration = HTTPClient.Configuration(timeout: .seconds(60), keptConnections: 4)

  /// A project on GitLab.
  public func forge(_ place: ForgePlace) throws -> any Forge {
    GitLabForge(place: place, requests: GitLabRequests(client: try client(for: place), place: place, pause: pause))
  }

  private func client(for place: ForgePlace) throws -> GitLabClient {
    guard let authorities = place.authorities else { return GitLabClient(client: client) }
    let file = try FileDescriptor.inMemory(Array(authorities.utf8), name: "authorities")
    var configuration = Self.configuration
    configuration.authorities = "/proc/self/fd/\(file.raw)"
    return GitLabClient(client: HTTPClient(configuration: configuration), authorities: file)
  }
}

/// A client, and the file that it reads its authorities from for each new connection.
struct GitLabClient: Sendable {
  var client: HTTPClient
  var authorities: FileDescriptor?
}
