internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

extension WebUI {
  /// The buttons of a build's page. Each is a form that works without scripts and leads back to a page.
  var actionRoutes: [Route] {
    [
      action("kill") { build, _ in _ = try await dependencies.queue.kill(build.id) },
      action("pin") { build, _ in _ = try await dependencies.queue.setPinned(build.id, true) },
      action("unpin") { build, _ in _ = try await dependencies.queue.setPinned(build.id, false) },
      action("tags") { build, form in
        let tags = Self.tags(form["tags"] ?? "")
        guard !tags.isEmpty else { throw Problem(422, "Write a tag: 1 to 100 characters, several apart by commas.") }
        guard Set(build.tags).union(tags).count <= Self.tagLimit else {
          throw Problem(422, "A build has at most \(Self.tagLimit) tags, and this one has \(build.tags.count).")
        }
        _ = try await dependencies.queue.addTags(build.id, tags)
      },
      action("tags/remove") { build, form in
        _ = try await dependencies.queue.removeTag(build.id, form["tag"] ?? "")
      },
      Route("POST", "/builds/{id}/rerun", access: .page) { request in
        let id = try await ownBuild(request).id
        let build = try await refusing { try await dependencies.queue.rerun(id, by: try request.reader().user) }
        return Self.seeOther("/builds/\(build.id)")
      },
    ]
  }

  private func action(
    _ name: String, _ act: @escaping @Sendable (Build, [String: String]) async throws -> Void
  ) -> Route {
    Route("POST", "/builds/{id}/\(name)", access: .page) { request in
      let build = try await ownBuild(request)
      let form = try await request.form()
      try await refusing { try await act(build, form) }
      return Self.seeOther("/builds/\(build.id)")
    }
  }

  /// The path's build, where it is the caller's.
  private func ownBuild(_ request: RouteRequest) async throws -> Build {
    let id: BuildID = try request.identifier("id", of: "build")
    guard let build = try await dependencies.store.build(id, owner: try request.reader().user) else {
      throw Problem.notFound("There is no build \(id).")
    }
    return build
  }

  /// The queue's refusals as pages can show them.
  private func refusing<Result>(_ act: () async throws -> Result) async throws -> Result {
    do {
      return try await act()
    } catch let error as QueueError {
      switch error {
      case .notFound(let id): throw Problem.notFound("There is no build \(id).")
      case .finished: throw Problem(409, error.description)
      default: throw Problem(422, error.description)
      }
    }
  }

  private static let tagLimit = 50

  /// The tags of a text, apart by commas: those of at most 100 characters.
  static func tags(_ text: String) -> [String] { tagList(text).filter { $0.unicodeScalars.count <= 100 } }

  /// What stands between the commas of a text, where anything does.
  static func tagList(_ text: String) -> [String] {
    let parts = text.split(separator: ",").map { part in
      String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    return parts.filter { !$0.isEmpty }
  }

  static func seeOther(_ path: String) -> HTTPResponse {
    HTTPResponse(status: 303, headers: ["Location": path, "Cache-Control": "no-store"])
  }
}
