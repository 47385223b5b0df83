internal import Artifacts
internal import Files
internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// Listing and downloading artifacts.
struct ArtifactRoutes {
  let dependencies: APIDependencies

  var routes: [Route] {
    [
      Route(
        "GET", "/api/v1/builds/{id}/artifacts",
        documentation: .init(
          "A build's artifacts that were not deleted, by name; all, or pages by limit and cursor", tag: "Artifacts",
          responses: [.jsonList(200, "The artifacts", "Artifact")]), list),
      Route(
        "GET", "/api/v1/builds/{id}/artifacts/{name...}",
        documentation: Self.downloadDocumentation("An artifact's bytes"), ofBuild),
      Route(
        "GET", "/artifacts/{commit}/{name...}",
        documentation: Self.downloadDocumentation(
          "An artifact's bytes by commit, or by build-<id>; of several builds the newest"), ofCommit),
    ]
  }

  private static func downloadDocumentation(_ summary: String) -> RouteDocumentation {
    RouteDocumentation(
      summary, tag: "Artifacts",
      responses: [
        RouteAnswer(200, "The bytes; ETag is their SHA-256", "application/octet-stream"),
        RouteAnswer(206, "The part that Range asked for", "application/octet-stream"),
        RouteAnswer(304, "The bytes are those of If-None-Match"),
        RouteAnswer(
          307, "The bytes are at Location for a short time, for anybody: in the bucket, where it is set up so"),
        .problem(410, "The bytes were deleted"),
        .problem(416, "Range begins past the end"),
      ])
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let (build, owner) = (try await dependencies.build(of: request), try request.caller().user)
    let jobs = try await dependencies.store.jobs(of: build.id, owner: owner)
    let names = Dictionary(jobs.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
    let set = ArtifactSet.build(build.id)
    guard request.http.query("limit") == nil, request.http.query("cursor") == nil else {
      let page = try await ArtifactPage(of: set, for: request, in: dependencies.store)
      return .json(headers: page.headers, capacity: 64 + 400 * page.artifacts.count) { writer in
        writer.beginArray()
        for artifact in page.artifacts { writer.artifact(artifact, job: names[artifact.job] ?? "") }
        writer.endArray()
      }
    }
    let first = try await dependencies.store.artifacts(in: set, owner: owner, limit: Self.chunk)
    return HTTPResponse(
      status: 200, headers: ["Content-Type": "application/json"],
      content: .stream { body in
        try await body.write(Array("[".utf8))
        try await write(first, of: set, owner: owner, jobs: names, to: body)
        try await body.write(Array("]".utf8))
      })
  }

  /// So many are read and written at a time.
  private static let chunk = 200

  /// Writes these and all that come after them, so that memory does not depend on how many there are.
  private func write(
    _ first: [Artifact], of set: ArtifactSet, owner: UserID, jobs: [JobID: String], to body: HTTPBodyWriter
  ) async throws {
    var (artifacts, isFirst) = (first, true)
    while let last = artifacts.last {
      for artifact in artifacts {
        let piece = JSONPiece { $0.artifact(artifact, job: jobs[artifact.job] ?? "") }
        try await body.write(isFirst ? piece.bytes : [UInt8(ascii: ",")] + piece.bytes)
        isFirst = false
      }
      if artifacts.count < Self.chunk { return }
      artifacts = try await dependencies.store.artifacts(in: set, owner: owner, after: last.name, limit: Self.chunk)
    }
  }

  @Sendable private func ofBuild(_ request: RouteRequest) async throws -> HTTPResponse {
    let (build, owner) = (try await dependencies.build(of: request), try request.caller().user)
    let name = request.parameters["name"] ?? ""
    let found = try await dependencies.store.artifact(of: build.id, name: name, owner: owner)
    return try await send(found, called: name, to: request.http)
  }

  @Sendable private func ofCommit(_ request: RouteRequest) async throws -> HTTPResponse {
    let (folder, name) = (request.parameters["commit"] ?? "", request.parameters["name"] ?? "")
    let found = try await dependencies.store.artifact(inFolder: folder, name: name, owner: request.caller().user)
    return try await send(found, called: name, to: request.http)
  }

  private func send(_ found: StoredArtifact?, called name: String, to request: HTTPRequest) async throws -> HTTPResponse
  {
    guard let found else { throw Problem.notFound("there is no artifact '\(name.shortened)' here") }
    if let deletion = found.deletion {
      throw Problem(410, "the artifact was deleted on \(deletion.at.rfc3339): \(deletion.reason)")
    }
    let content = found.artifact.content
    // Hostile content must not run on our origin: it is saved rather than shown, never sniffed, and sandboxed.
    let headers: HTTPHeaders = [
      "Content-Type": "application/octet-stream",
      "Content-Disposition": ContentDisposition.attachment(found.artifact.name),
      "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    ]
    if request.method == "GET", request.headers["If-None-Match"] == nil,
      let elsewhere = try dependencies.artifacts.address(
        sha256: content.sha256, type: "application/octet-stream",
        disposition: ContentDisposition.attachment(found.artifact.name))
    {
      return HTTPResponse(status: 307, headers: ["Location": elsewhere, "Cache-Control": "no-store"])
    }
    return try await StoredContent(size: content.size, entityTag: EntityTag.make(content.sha256), headers: headers)
      .response(to: request) { offset, count in
        if request.method == "HEAD" { return .sizedStream(count: count) { _ in } }
        guard let stored = try await dependencies.artifacts.open(sha256: content.sha256) else {
          throw ArtifactStoreError.unknownContent(content.sha256)
        }
        if let file = stored.file { return .file(file, offset: offset, count: count) }
        return .sizedStream(count: count) { body in
          try await stored.stream(from: offset, count: count) { try await body.write($0) }
        }
      }
  }
}
