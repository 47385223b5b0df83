internal import Forge
internal import FoundationEssentials
internal import HTTPClient
internal import Model

/// One project on GitLab. https://docs.gitlab.com/api/merge_requests/
struct GitLabForge: Forge {
  let place: ForgePlace
  let requests: GitLabRequests

  /// Of characters in a description.
  private static let descriptionLimit = 1_048_576

  func project() async throws -> ForgeProject {
    var path = "/projects/\(Self.escaped(place.project))"
    // A project that was moved answers with where it is now.
    for _ in 0..<3 {
      let answer = try await requests.send("GET", path)
      if (301...308).contains(answer.status), let place = answer.headers["Location"].flatMap(requests.path) {
        path = place
        continue
      }
      guard answer.status == 200 else { throw GitLabRefusal(answer).error(of: place) }
      let found = try requests.decode(GitLabProject.self, answer)
      return ForgeProject(
        id: found.id.map(String.init) ?? place.project, path: found.path ?? place.project,
        defaultBranch: found.defaultBranch, restriction: found.restriction(place))
    }
    throw ForgeError(.unexpected, "\(place.address.host) sends the question for project \(place.project) in a circle")
  }

  func open(_ wanted: WantedMergeRequest, in project: ForgeProject) async throws -> OpenedMergeRequest {
    let path = "/projects/\(Self.escaped(project.id))/merge_requests"
    var description = wanted.description
    if description.count > Self.descriptionLimit {
      let note = "\n\n(cut here: GitLab takes no longer description)"
      description = description.prefix(Self.descriptionLimit - note.count) + note
    }
    let body = GitLabNewMergeRequest(
      sourceBranch: wanted.source, targetBranch: wanted.target, title: wanted.title, description: description)
    let answer = try await requests.send("POST", path, body: Array(JSONEncoder().encode(body)))
    if answer.status == 201 {
      return OpenedMergeRequest(request: try requests.decode(GitLabMergeRequest.self, answer).request, isNew: true)
    }
    // One that is open already, also by the first of two requests whose answer was lost.
    if answer.status == 409, let found = try await find(wanted, path) {
      return OpenedMergeRequest(request: found, isNew: false)
    }
    throw GitLabRefusal(answer).error(of: place)
  }

  private func find(_ wanted: WantedMergeRequest, _ path: String) async throws -> MergeRequest? {
    let query =
      "?state=opened&source_branch=\(Self.escaped(wanted.source))&target_branch=\(Self.escaped(wanted.target))"
    var next: String? = path + query + "&per_page=100"
    // There is one at most; pages are followed in case that the filter is not looked at.
    for _ in 0..<20 {
      guard let page = next else { return nil }
      let answer = try await requests.send("GET", page)
      guard answer.status == 200 else { throw GitLabRefusal(answer).error(of: place) }
      let found = try requests.decode([GitLabMergeRequest].self, answer)
      if let match = found.first(where: { $0.isFor(wanted) }) { return match.request }
      next = GitLabLink.next(answer.headers["Link"]).flatMap(requests.path)
    }
    return nil
  }

  /// As a part of a path or the value of a query: everything that may mean something is escaped.
  static func escaped(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let bytes = text.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        [byte]
      default: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
