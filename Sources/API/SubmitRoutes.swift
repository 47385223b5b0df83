internal import HTTPServer
internal import Documents
internal import Manifest
internal import Model
internal import Planning
internal import Queue
internal import Routing

/// Submitting and checking manifests.
struct SubmitRoutes {
  let dependencies: APIDependencies
  private var limits: APILimits { dependencies.limits }

  var routes: [Route] {
    [
      Route(
        "POST", "/api/v1/builds",
        documentation: .init(
          "Submits a manifest, or the address of a C program's repository", tag: "Builds",
          requestSchema: Schemas.submission,
          responses: [
            .json(201, "The build, queued", "Build"), .problem(413, "The manifest is too large"),
            .problem(507, "The disk is full; nothing was stored"),
            .problem(422, "The manifest, the address or a field is wrong; errors name each place"),
          ]), submit),
      Route(
        "POST", "/api/v1/lint",
        documentation: .init(
          "Checks a manifest; fetches and stores nothing", tag: "Builds", requestSchema: Schemas.lint,
          responses: [.json(200, "What is wrong, and what is probably not meant", "LintResult")]), lint),
    ]
  }

  @Sendable private func submit(_ request: RouteRequest) async throws -> HTTPResponse {
    let caller = try request.caller()
    var fields = try await request.http.jsonFields(limit: limits.bodyBytes)
    let entry = ManifestForm.Entry(
      manifest: fields.string("manifest", allowingNUL: true), url: fields.string("url"),
      reference: fields.string("ref"), comment: fields.string("comment") ?? "", tags: fields.strings("tags") ?? [])
    let id = try await submit(entry, &fields, by: caller)
    return try await BuildRoutes(dependencies: dependencies).answer(id, owner: caller.user, status: 201)
  }

  /// What the pages submit by.
  var form: ManifestForm {
    ManifestForm(manifestBytes: limits.manifestBytes) { entry, caller in
      var fields = try JSONFields(.object([]))
      return try await submit(entry, &fields, by: caller)
    }
  }

  private func submit(
    _ entry: ManifestForm.Entry, _ fields: inout JSONFields, by caller: Principal
  ) async throws -> BuildID {
    let wanted = WantedBuild(entry, &fields, dependencies)
    if entry.comment.unicodeScalars.count > limits.commentCharacters {
      fields.refuse("comment", "the comment may hold at most \(limits.commentCharacters) characters")
    }
    let tags = TagList.read(entry.tags, limits: limits, &fields)
    try fields.finish()
    var submission = try submission(of: wanted, by: caller)
    submission.trigger.comment = entry.comment
    submission.tags = tags
    return try await dependencies.queue.submit(submission).id
  }

  private func submission(of wanted: WantedBuild, by caller: Principal) throws -> Submission {
    let type: Trigger.Kind = caller.isSession ? .manual : .api
    let planLimits = PlanLimits(timeoutSeconds: limits.timeoutSeconds)
    switch wanted {
    case .manifest(let text):
      let manifest = try checked(text, by: caller)
      return Submission(
        owner: caller.user, namespace: manifest.namespace?.path, kind: manifest.kind == .nix ? .nix : .pipeline,
        manifest: text,
        plan: plan(from: manifest, limits: planLimits), trigger: Trigger(type: type))
    case .program(let url, let shown, let reference):
      var data = ["url": shown]
      data["ref"] = reference
      return Submission(
        owner: caller.user, kind: .program, manifest: "",
        plan: programPlan(url, reference: reference, limits: planLimits), trigger: Trigger(type: type, data: data))
    }
  }

  /// The manifest, where it is one that can be built here.
  private func checked(_ text: String, by caller: Principal) throws -> Manifest {
    let result = try parse(text)
    guard let manifest = result.manifest else { throw Problem.invalid(result.errors.map(Self.problemField)) }
    if let problem = standaloneProblem(manifest) { throw Problem.invalid("/manifest", problem) }
    if let owner = manifest.namespace?.owner, owner != caller.name {
      throw Problem.invalid("/manifest", "you may not build in a namespace of '\(owner)'")
    }
    return manifest
  }

  @Sendable private func lint(_ request: RouteRequest) async throws -> HTTPResponse {
    var fields = try await request.http.jsonFields(limit: limits.bodyBytes)
    let text = fields.requiredString("manifest", allowingNUL: true)
    try fields.finish()
    let result = try parse(text)
    return .json { writer in
      writer.beginObject()
      writer.key("errors")
      writer.diagnostics(result.errors)
      writer.key("warnings")
      writer.diagnostics(result.warnings)
      writer.endObject()
    }
  }

  private func parse(_ text: String) throws -> ManifestResult {
    guard text.utf8.count <= limits.manifestBytes else {
      throw Problem(413, "a manifest may hold at most \(limits.manifestBytes) bytes; this one has \(text.utf8.count)")
    }
    return Manifest.parse(Array(text.utf8), limits: ManifestLimits(bytes: limits.manifestBytes))
  }

  private static func problemField(_ diagnostic: Diagnostic) -> ProblemField {
    ProblemField(
      pointer: "/manifest", line: diagnostic.line, column: diagnostic.column, detail: diagnostic.message)
  }
}

extension JSONWriter {
  fileprivate mutating func diagnostics(_ diagnostics: [Diagnostic]) {
    beginArray()
    for diagnostic in diagnostics {
      beginObject()
      field("pointer", "/manifest")
      field("path", diagnostic.pointer)
      field("line", Int64(diagnostic.line))
      field("column", Int64(diagnostic.column))
      field("detail", diagnostic.message)
      endObject()
    }
    endArray()
  }
}

/// Tags as people send them.
enum TagList {
  /// The tags without spaces around them, each once; what is wrong with one is noted in `fields`.
  static func read(_ tags: [String], limits: APILimits, _ fields: inout JSONFields) -> [String] {
    var found: [String] = []
    for (index, tag) in tags.enumerated() {
      let trimmed = trim(tag)
      let count = trimmed.unicodeScalars.count
      if count == 0 || count > limits.tagCharacters {
        fields.refuse("tags/\(index)", "a tag has 1 to \(limits.tagCharacters) characters")
      } else if trimmed.unicodeScalars.contains(where: { $0.value < 32 || (127..<160).contains($0.value) }) {
        fields.refuse("tags/\(index)", "a tag holds no control characters")
      } else if !found.contains(trimmed) {
        found.append(trimmed)
      }
      if index >= 4 * limits.tags { break }
    }
    if found.count > limits.tags { fields.refuse("tags", "a build has at most \(limits.tags) tags") }
    return found
  }

  private static func trim(_ tag: String) -> String {
    let isSpace = \Unicode.Scalar.Properties.isWhitespace
    var scalars = tag.unicodeScalars[...]
    while let first = scalars.first, first.properties[keyPath: isSpace] { scalars.removeFirst() }
    while let last = scalars.last, last.properties[keyPath: isSpace] { scalars.removeLast() }
    return String(scalars)
  }
}
