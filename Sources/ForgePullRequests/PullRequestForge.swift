internal import Forge
internal import FoundationEssentials
internal import HTTPClient
internal import Model

/// One project on GitHub, Gitea or Forgejo, which speak nearly the same way about pull requests.
struct PullRequestForge: Forge {
  let place: ForgePlace
  let dialect: PullRequestDialect
  let requests: ForgeRequests

  /// Of the path below the API's root.
  private func path(of project: String) -> String {
    "/repos/" + project.split(separator: "/").map { ForgeRequests.escaped(String($0)) }.joined(separator: "/")
  }

  func project() async throws -> ForgeProject {
    // Their projects are asked for by path; the number of GitLab's is not theirs.
    var path = path(of: place.path)
    for _ in 0..<3 {
      let answer = try await requests.send("GET", path)
      if (301...308).contains(answer.status), let moved = answer.headers["Location"].flatMap(requests.path) {
        path = moved
        continue
      }
      guard answer.status == 200 else { throw requests.error(answer) }
      let found = try requests.decode(PullRequestRepository.self, answer)
      let mayPush = found.permissions?.push ?? true
      return ForgeProject(
        kind: dialect == .github ? .github : .gitea, id: found.fullName ?? place.path,
        path: found.fullName ?? place.path, defaultBranch: found.defaultBranch,
        restriction: mayPush
          ? nil : "the token's user may not push to \(place.path); give the user or the token the right to write")
    }
    throw ForgeError(.unexpected, "\(place.address.host) sends the question for \(place.path) in a circle")
  }

  func open(_ wanted: WantedMergeRequest, in project: ForgeProject) async throws -> OpenedMergeRequest {
    let path = path(of: project.id) + "/pulls"
    let body = PullRequestBody(
      title: wanted.title, head: wanted.source, base: wanted.target,
      body: ForgeRequests.cut(wanted.description, to: dialect.descriptionLimit))
    let answer = try await requests.send("POST", path, body: Array(JSONEncoder().encode(body)))
    if answer.status == 201 {
      return OpenedMergeRequest(request: try requests.decode(PullRequest.self, answer).request, isNew: true)
    }
    // One that is open already: 422 from GitHub, 409 from Gitea.
    if answer.status == 409 || answer.status == 422, let found = try await find(wanted, path, project) {
      return OpenedMergeRequest(request: found, isNew: false)
    }
    throw requests.error(answer)
  }

  private func find(
    _ wanted: WantedMergeRequest, _ path: String, _ project: ForgeProject
  ) async throws -> MergeRequest? {
    var next: String? = path + dialect.search(wanted, owner: String(project.path.prefix { $0 != "/" }))
    // Gitea has no filter for branches: all that are open are looked through.
    for _ in 0..<40 {
      guard let page = next else { return nil }
      let answer = try await requests.send("GET", page)
      guard answer.status == 200 else { throw requests.error(answer) }
      let found = try requests.decode([PullRequest].self, answer)
      if let match = found.first(where: { $0.isFor(wanted, in: project.path) }) { return match.request }
      next = ForgeRequests.nextPage(answer).flatMap(requests.path)
    }
    return nil
  }
}
