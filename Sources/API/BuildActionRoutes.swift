internal import Queue
internal import HTTPServer
internal import Model
internal import Routing

/// Changing builds: kill, re-run, pin, tags.
struct BuildActionRoutes {
  let dependencies: APIDependencies

  var routes: [Route] {
    [
      action("kill", "Stops a build", 202, "It ends within 2 seconds", conflict: true) { build, _ in
        try await dependencies.queue.kill(build)
      },
      action("rerun", "Queues the same build again", 201, "The new build") { build, caller in
        try await dependencies.queue.rerun(build, by: caller.user)
      },
      action("pin", "Keeps a build's artifacts from curation", 200, "The build") { build, _ in
        try await dependencies.queue.setPinned(build, true)
      },
      action("unpin", "No longer keeps a build's artifacts from curation", 200, "The build") { build, _ in
        try await dependencies.queue.setPinned(build, false)
      },
      Route(
        "POST", "/api/v1/builds/{id}/tags",
        documentation: .init(
          "Adds tags", tag: "Builds", requestSchema: Schemas.tags, responses: [.json(200, "The build", "Build")]),
        addTags),
      Route(
        "DELETE", "/api/v1/builds/{id}/tags/{tag}",
        documentation: .init(
          "Removes a tag; one that the build does not have is fine", tag: "Builds",
          responses: [.json(200, "The build", "Build")]), removeTag),
    ]
  }

  private func action(
    _ name: String, _ summary: String, _ status: Int, _ meaning: String, conflict: Bool = false,
    _ perform: @escaping @Sendable (BuildID, Principal) async throws -> Build
  ) -> Route {
    let refusals: [RouteAnswer] = conflict ? [.problem(409, "The build has ended")] : []
    let documentation = RouteDocumentation(
      summary, tag: "Builds", responses: [.json(status, meaning, "Build")] + refusals)
    return Route("POST", "/api/v1/builds/{id}/\(name)", documentation: documentation) { request in
      let caller = try request.caller()
      let build = try await perform(dependencies.build(of: request).id, caller)
      return try await BuildRoutes(dependencies: dependencies).answer(build.id, owner: caller.user, status: status)
    }
  }

  @Sendable private func addTags(_ request: RouteRequest) async throws -> HTTPResponse {
    let build = try await dependencies.build(of: request)
    var fields = try await request.http.jsonFields(limit: 64 << 10)
    guard let sent = fields.strings("tags") else {
      fields.refuse("tags", "tags is required")
      try fields.finish()
      throw Problem.invalid("/tags", "tags is required")
    }
    let tags = TagList.read(sent, limits: dependencies.limits, &fields)
    if Set(build.tags).union(tags).count > dependencies.limits.tags {
      fields.refuse(
        "tags", "a build has at most \(dependencies.limits.tags) tags, and this one has \(build.tags.count)")
    }
    try fields.finish()
    return try await changed(try await dependencies.queue.addTags(build.id, tags), request)
  }

  @Sendable private func removeTag(_ request: RouteRequest) async throws -> HTTPResponse {
    let build = try await dependencies.build(of: request)
    return try await changed(
      try await dependencies.queue.removeTag(build.id, request.parameters["tag"] ?? ""), request)
  }

  private func changed(_ build: Build, _ request: RouteRequest) async throws -> HTTPResponse {
    try await BuildRoutes(dependencies: dependencies).answer(build.id, owner: request.caller().user, status: 200)
  }
}
