internal import Forge
internal import FoundationEssentials
internal import HTTPClient
internal import Model

/// One project on GitLab. https://docs.gitlab.com/api/merge_requests/
struct GitLabForge: Forge {
  let place: ForgePlace
  let requests: ForgeRequests

  /// Of characters in a description.
  private static let descriptionLimit = 1_048_576

  func project() async throws -> ForgeProject {
    var path = "/projects/\(ForgeRequests.escaped(place.project))"
    // A project that was moved answers with where it is now.
    for _ in 0..<3 {
      let answer = try await requests.send("GET", path)
      if (301...308).contains(answer.status), let place = answer.headers["Location"].flatMap(requests.path) {
        path = place
        continue
      }
      guard answer.status == 200 else {
        var error = requests.error(answer)
        // GitLab says `{"message":"404 Project Not Found"}`; what says anything else may not be a GitLab.
        let isOwn = answer.body.first == UInt8(ascii: "{") && requests.words(answer).hasPrefix("404")
        if answer.status == 404, !isOwn { error.kind = .unexpected }
        throw error
      }
      let found = try requests.decode(GitLabProject.self, answer)
      return ForgeProject(
        kind: .gitlab, id: found.id.map(String.init) ?? place.project, path: found.path ?? place.project,
        defaultBranch: found.defaultBranch, restriction: found.restriction(place))
    }
    throw ForgeError(.unexpected, "\(place.address.host) sends the question for project \(place.project) in a circle")
  }

  func open(_ wanted: WantedMergeRequest, in project: ForgeProject) async throws -> OpenedMergeRequest {
    let path = "/projects/\(ForgeRequests.escaped(project.id))/merge_requests"
    let body = GitLabNewMergeRequest(
      sourceBranch: wanted.source, targetBranch: wanted.target, title: wanted.title,
      description: ForgeRequests.cut(wanted.description, to: Self.descriptionLimit))
    let answer = try await requests.send("POST", path, body: Array(JSONEncoder().encode(body)))
    if answer.status == 201 {
      return OpenedMergeRequest(request: try requests.decode(GitLabMergeRequest.self, answer).request, isNew: true)
    }
    // One that is open already, also by the first of two requests whose answer was lost.
    if answer.status == 409, let found = try await find(wanted, path) {
      return OpenedMergeRequest(request: found, isNew: false)
    }
    throw requests.error(answer)
  }

  private func find(_ wanted: WantedMergeRequest, _ path: String) async throws -> MergeRequest? {
    let query =
      "?state=opened&source_branch=\(ForgeRequests.escaped(wanted.source))&target_branch=\(ForgeRequests.escaped(wanted.target))"
    var next: String? = path + query + "&per_page=100"
    // There is one at most; pages are followed in case that the filter is not looked at.
    for _ in 0..<20 {
      guard let page = next else { return nil }
      let answer = try await requests.send("GET", page)
      guard answer.status == 200 else { throw requests.error(answer) }
      let found = try requests.decode([GitLabMergeRequest].self, answer)
      if let match = found.first(where: { $0.isFor(wanted) }) { return match.request }
      next = ForgeRequests.nextPage(answer).flatMap(requests.path)
    }
    return nil
  }
}
