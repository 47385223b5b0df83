internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// A page of a set's artifacts, by name, as a request asks for it.
struct ArtifactPage {
  let artifacts: [Artifact]
  /// `Link` names the page after.
  let headers: HTTPHeaders

  init(of set: ArtifactSet, for request: RouteRequest, in store: Store) async throws {
    let page = try ListPage(request.http)
    let owner = try request.caller().user
    var after = ""
    if let cursor = page.cursor {
      // The cursor is an artifact's number: a name would not fit where others are numbers.
      guard let last = try await store.artifact(ArtifactID(rawValue: cursor), owner: owner) else {
        throw Problem(422, "the cursor '\(cursor)' is not one of this list; take it from the Link field")
      }
      after = last.artifact.name
    }
    let found = try await store.artifacts(in: set, owner: owner, after: after, limit: page.limit + 1)
    artifacts = Array(found.prefix(page.limit))
    if found.count > page.limit, let last = artifacts.last {
      headers = ["Link": page.next(last.id.rawValue, of: request.http)]
    } else {
      headers = [:]
    }
  }
}
