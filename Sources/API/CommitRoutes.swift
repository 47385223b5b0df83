internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// Artifacts by commit, and how they differ between two commits.
struct CommitRoutes {
  let dependencies: APIDependencies
  private var store: Store { dependencies.store }
  /// How many differences are read and written at once.
  private static let chunk = 500

  var routes: [Route] {
    [
      Route(
        "GET", "/api/v1/commits/{commit}/artifacts",
        documentation: .init(
          "The artifacts of a commit by name, of several builds the newest that has each", tag: "Artifacts",
          query: ParameterDocumentation.page,
          responses: [.jsonList(200, "A page; Link names the next one", "CommitArtifact"), Self.ambiguous]), list),
      Route(
        "GET", "/api/v1/commits/{commit}/compare/{other}",
        documentation: .init(
          "What the artifacts of the second commit have beside those of the first", tag: "Artifacts",
          responses: [.json(200, "Every difference, by name", "Comparison"), Self.ambiguous]), compare),
    ]
  }

  private static let ambiguous = RouteAnswer.problem(422, "The commit's beginning is that of several")

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let set = try await set("commit", of: request)
    let page = try await ArtifactPage(of: set, for: request, in: store)
    return .json(headers: page.headers, capacity: 64 + 400 * page.artifacts.count) { writer in
      writer.beginArray()
      for artifact in page.artifacts { writer.artifact(artifact, in: set) }
      writer.endArray()
    }
  }

  @Sendable private func compare(_ request: RouteRequest) async throws -> HTTPResponse {
    let owner = try request.caller().user
    let (before, after) = (try await set("commit", of: request), try await set("other", of: request))
    let comparison = try await store.compare(before, after, owner: owner)
    let head = JSONPiece { writer in
      writer.beginObject()
      writer.key("from")
      writer.side(before, comparison.before)
      writer.key("to")
      writer.side(after, comparison.after)
      writer.field("unchanged", comparison.unchanged)
    }
    return HTTPResponse(
      status: 200, headers: ["Content-Type": "application/json"],
      content: .stream { body in
        try await body.write(head.bytes)
        for kind in ArtifactChangeKind.allCases {
          try await body.write(Array(",\"\(kind.rawValue)\":[".utf8))
          try await write(kind, from: before, to: after, owner: owner, to: body)
          try await body.write(Array("]".utf8))
        }
        try await body.write(Array("}".utf8))
      })
  }

  /// The differences of one kind, so many at a time that memory does not depend on how many there are.
  private func write(
    _ kind: ArtifactChangeKind, from before: ArtifactSet, to after: ArtifactSet, owner: UserID, to body: HTTPBodyWriter
  ) async throws {
    var last = ""
    while true {
      let changes = try await store.changes(
        kind, from: before, to: after, owner: owner, after: last, limit: Self.chunk)
      guard let end = changes.last else { return }
      let isFirst = last.isEmpty
      let piece = JSONPiece { writer in
        for change in changes { writer.change(change, from: before, to: after) }
      }
      try await body.write((isFirst ? [] : [UInt8(ascii: ",")]) + piece.bytes)
      if changes.count < Self.chunk { return }
      last = end.name
    }
  }

  private func set(_ name: String, of request: RouteRequest) async throws -> ArtifactSet {
    let text = request.parameters[name] ?? ""
    switch try await store.artifactSet(named: text, owner: request.caller().user) {
    case .one(let set): return set
    case .none: throw Problem.notFound("no build is of the commit '\(text.shortened)'; give at least 7 of its digits")
    case .several: throw Problem(422, "several commits begin with '\(text.shortened)': give more of its digits")
    }
  }
}

/// A part of a JSON text.
struct JSONPiece {
  var bytes: [UInt8]
  init(_ write: (inout JSONWriter) -> Void) {
    var writer = JSONWriter()
    write(&writer)
    bytes = writer.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func side(_ set: ArtifactSet, _ size: ArtifactSetSize) {
    beginObject()
    field("commit", set.name)
    field("artifacts", size.count)
    field("size", size.bytes)
    endObject()
  }

  fileprivate mutating func artifact(_ artifact: Artifact, in set: ArtifactSet) {
    beginObject()
    field("id", artifact.id.rawValue)
    field("name", artifact.name)
    field("build_id", artifact.build.rawValue)
    program(artifact.program)
    field("mode", Self.mode(artifact))
    field("size", artifact.content.size)
    field("sha256", artifact.content.sha256)
    field("md5", artifact.content.md5)
    field("created_at", artifact.createdAt)
    field("url", Self.url(set, artifact.name))
    endObject()
  }

  fileprivate mutating func change(_ change: ArtifactChange, from before: ArtifactSet, to after: ArtifactSet) {
    beginObject()
    field("name", change.name)
    program(change.program)
    switch change.kind {
    case .added, .removed:
      let artifact = change.after ?? change.before
      field("size", artifact?.content.size)
      field("sha256", artifact?.content.sha256)
    case .changed:
      field("size_before", change.before?.content.size)
      field("size_after", change.after?.content.size)
      field("sha256_before", change.before?.content.sha256)
      field("sha256_after", change.after?.content.sha256)
    }
    field("delta", change.delta)
    field("url", Self.url(change.kind == .removed ? before : after, change.name))
    endObject()
  }

  private static func url(_ set: ArtifactSet, _ name: String) -> String {
    "/artifacts/\(set.name)/" + PercentEncoding.path(name)
  }
}
