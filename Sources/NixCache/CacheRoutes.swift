internal import Crypto
internal import HTTPServer
internal import Model
internal import NixFormat
internal import Routing
internal import Store

/// Caches for people and programs: making, changing, emptying them.
struct CacheRoutes {
  let cache: NixCache
  static let tag = "Caches"

  var routes: [Route] { cacheRoutes + keyRoutes + pathRoutes }

  private var cacheRoutes: [Route] {
    [
      Route(
        "POST", "/api/v1/caches",
        documentation: Self.documentation(
          "Makes a binary cache", body: CacheSchemas.newCache, .json(201, "The cache", "Cache"),
          .problem(409, "The name is taken")), create),
      Route(
        "GET", "/api/v1/caches",
        documentation: Self.documentation("The caller's caches by name", .jsonList(200, "The caches", "Cache")), list),
      Route(
        "GET", "/api/v1/caches/{name}",
        documentation: Self.documentation("A cache", .json(200, "The cache", "Cache")), show),
      Route(
        "PATCH", "/api/v1/caches/{name}",
        documentation: Self.documentation(
          "Changes a cache; fields that are left out stay as they are", body: CacheSchemas.change,
          .json(200, "The cache", "Cache")), change),
      Route(
        "DELETE", "/api/v1/caches/{name}",
        documentation: Self.documentation(
          "Deletes a cache with its keys, tokens and paths", RouteAnswer(204, "It is deleted")), delete),
      Route(
        "POST", "/api/v1/caches/{name}/gc",
        documentation: Self.documentation(
          "Deletes what was not asked for in a time, or what is too much; without a limit, by those of the cache",
          body: CacheSchemas.collection, .json(200, "What was deleted", "CacheCollection")), collect),
    ]
  }

  private var keyRoutes: [Route] {
    [
      Route(
        "POST", "/api/v1/caches/{name}/keys",
        documentation: Self.documentation(
          "Registers a public key that vouches for what is pushed", body: CacheSchemas.newKey,
          .json(201, "The key", "CacheKey"), .problem(409, "Another key has the name")), addKey),
      Route(
        "DELETE", "/api/v1/caches/{name}/keys/{key}",
        documentation: Self.documentation(
          "Takes a key away; what it has signed stays", RouteAnswer(204, "It is gone")), removeKey),
      Route(
        "POST", "/api/v1/caches/{name}/tokens",
        documentation: Self.documentation(
          "Makes a token for the cache; its text is in this answer and nowhere else", body: CacheSchemas.newToken,
          .json(201, "The token", "NewCacheToken")), addToken),
      Route(
        "GET", "/api/v1/caches/{name}/tokens",
        documentation: Self.documentation(
          "The cache's tokens, newest first, without their text", .jsonList(200, "The tokens", "CacheToken")), tokens),
      Route(
        "DELETE", "/api/v1/caches/{name}/tokens/{id}",
        documentation: Self.documentation("Revokes a token, at once and for ever", RouteAnswer(204, "It is revoked")),
        removeToken),
    ]
  }

  private var pathRoutes: [Route] {
    let path = "/api/v1/caches/{name}/paths/{hash}"
    let found = RouteAnswer.json(200, "The path", "CachePath")
    return [
      Route(
        "GET", "/api/v1/caches/{name}/paths",
        documentation: .init(
          "The cache's paths, the last pushed first", tag: Self.tag,
          query: [ParameterDocumentation("search", "Any part of the store path, in any case")]
            + ParameterDocumentation.page, responses: [.jsonList(200, "The paths", "CachePath")]), paths),
      Route("GET", path, documentation: Self.documentation("A path by its hash", found), self.path),
      Route(
        "DELETE", path,
        documentation: Self.documentation(
          "Deletes a path, whatever refers to it", RouteAnswer(204, "It is deleted")), deletePath),
      Route(
        "POST", path + "/pin",
        documentation: Self.documentation("Keeps a path, and what it refers to, from being collected", found)
      ) { try await pin($0, true) },
      Route("POST", path + "/unpin", documentation: Self.documentation("Lets a path be collected again", found)) {
        try await pin($0, false)
      },
    ]
  }

  private static func documentation(
    _ summary: String, body: String? = nil, _ answers: RouteAnswer...
  ) -> RouteDocumentation {
    RouteDocumentation(summary, tag: tag, requestSchema: body, responses: answers)
  }

  private static let bodyLimit = 64 << 10

  @Sendable private func create(_ request: RouteRequest) async throws -> HTTPResponse {
    let owner = try request.caller().user
    var fields = try await request.http.jsonFields(limit: Self.bodyLimit)
    var new = NewCache(name: fields.requiredString("name"))
    new.isPublic = fields.boolean("public") ?? true
    new.priority = fields.integer("priority") ?? 40
    new.compression = Self.compression(&fields) ?? .zstd
    let key = fields.string("key") ?? "generate"
    if key != "generate" && key != "none" { fields.refuse("key", "key is generate or none, not '\(key.shortened)'") }
    try fields.finish()
    let made = try await cache.create(new, owner: owner, signs: key == "generate")
    return .json(status: 201, headers: ["Location": "/api/v1/caches/\(made.name)"]) { $0.cache(made, request.http) }
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let caches = try await cache.store.caches(owner: request.caller().user)
    return .json { writer in
      writer.beginArray()
      for found in caches { writer.cache(found.adding(cache.statistics.use(of: found.id)), request.http) }
      writer.endArray()
    }
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await found(request)
    return .json { $0.cache(found, request.http) }
  }

  @Sendable private func change(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await found(request)
    let value = try await request.http.json(limit: Self.bodyLimit)
    var fields = try JSONFields(value)
    var change = CacheChange()
    change.isPublic = fields.boolean("public")
    change.priority = fields.integer("priority")
    change.compression = Self.compression(&fields)
    // For these, null is a value: no limit.
    let (seconds, bytes) = (fields.integer("keep_seconds"), fields.integer("keep_bytes"))
    if value.has("keep_seconds") { change.keepSeconds = .some(seconds) }
    if value.has("keep_bytes") { change.keepBytes = .some(bytes) }
    try fields.finish()
    let changed = try await cache.change(found, change)
    return .json { $0.cache(changed, request.http) }
  }

  @Sendable private func delete(_ request: RouteRequest) async throws -> HTTPResponse {
    try await cache.delete(found(request))
    return HTTPResponse(status: 204)
  }

  // Keys and tokens.

  @Sendable private func addKey(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await found(request)
    var fields = try await request.http.jsonFields(limit: Self.bodyLimit)
    let text = fields.requiredString("public_key")
    let named = NarSignature(text)
    let key = named.flatMap { try? PublicKey($0.bytes) }
    if key == nil { fields.refuse("public_key", "public_key is <name>:<base 64 of the 32 bytes of an Ed25519 key>") }
    try fields.finish()
    guard let named, let key else { throw Problem.invalid("/public_key", "public_key is not a key") }
    let added = try await cache.addKey(key, named: named.keyName, to: found)
    return .json(status: 201) { $0.cacheKey(added) }
  }

  @Sendable private func removeKey(_ request: RouteRequest) async throws -> HTTPResponse {
    try await cache.removeKey(named: request.parameters["key"] ?? "", of: found(request))
    return HTTPResponse(status: 204)
  }

  @Sendable private func addToken(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await found(request)
    var fields = try await request.http.jsonFields(limit: Self.bodyLimit)
    let name = fields.requiredString("permission")
    let permission = CachePermission(rawValue: name)
    if permission == nil { fields.refuse("permission", "permission is read, write or admin, not '\(name.shortened)'") }
    let comment = fields.string("comment") ?? ""
    if comment.unicodeScalars.count > 200 { fields.refuse("comment", "the comment may hold at most 200 characters") }
    try fields.finish()
    let made = try await cache.createToken(of: found, permission ?? .read, comment: comment)
    return .json(status: 201, headers: ["Cache-Control": "no-store"]) { $0.cacheToken(made.token, text: made.text) }
  }

  @Sendable private func tokens(_ request: RouteRequest) async throws -> HTTPResponse {
    let tokens = try await cache.store.cacheTokens(of: found(request).id)
    return .json { writer in
      writer.beginArray()
      for token in tokens { writer.cacheToken(token) }
      writer.endArray()
    }
  }

  @Sendable private func removeToken(_ request: RouteRequest) async throws -> HTTPResponse {
    let text = request.parameters["id"] ?? ""
    guard let number = Int64(digits: text) else { throw Problem.notFound("there is no token \(text.shortened)") }
    try await cache.removeToken(TokenID(rawValue: number), of: found(request))
    return HTTPResponse(status: 204)
  }

  // Paths.

  @Sendable private func paths(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await found(request)
    let page = try ListPage(request.http)
    var paths = try await cache.store.cachePaths(
      of: found.id, search: request.http.query("search"), after: page.cursor, limit: page.limit + 1)
    var headers: HTTPHeaders = [:]
    if paths.count > page.limit, let last = paths.dropLast(paths.count - page.limit).last {
      headers.add("Link", page.next(last.id, of: request.http))
      paths.removeLast(paths.count - page.limit)
    }
    return .json(headers: headers, capacity: 600 * paths.count) { writer in
      writer.beginArray()
      for path in paths { writer.cachePath(path) }
      writer.endArray()
    }
  }

  @Sendable private func path(_ request: RouteRequest) async throws -> HTTPResponse {
    let hash = request.parameters["hash"] ?? ""
    guard let path = try await cache.store.cachePath(hash, in: found(request).id) else {
      throw Problem.notFound("the cache has no path '\(hash.shortened)'")
    }
    return .json { $0.cachePath(path) }
  }

  @Sendable private func deletePath(_ request: RouteRequest) async throws -> HTTPResponse {
    try await cache.deletePath(request.parameters["hash"] ?? "", of: found(request))
    return HTTPResponse(status: 204)
  }

  private func pin(_ request: RouteRequest, _ isPinned: Bool) async throws -> HTTPResponse {
    let path = try await cache.setPinned(isPinned, path: request.parameters["hash"] ?? "", in: found(request))
    return .json { $0.cachePath(path) }
  }

  @Sendable private func collect(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await found(request)
    var fields = try await request.http.jsonFields(limit: Self.bodyLimit)
    var wanted = CollectionRequest(olderThan: fields.integer("older_than"), maxSize: fields.integer("max_size"))
    wanted.isDryRun = fields.boolean("dry_run") ?? false
    for (name, value) in [("older_than", wanted.olderThan), ("max_size", wanted.maxSize)] {
      if let value, value < 0 { fields.refuse(name, "\(name) is a number from 0") }
    }
    try fields.finish()
    // Without limits in the request, those of the cache hold.
    if wanted.olderThan == nil && wanted.maxSize == nil {
      (wanted.olderThan, wanted.maxSize) = (found.keepSeconds, found.keepBytes)
    }
    let collected = try await cache.collect(found, wanted)
    return .json { writer in
      writer.beginObject()
      writer.field("deleted_paths", Int64(collected.hashes.count))
      writer.field("freed_bytes", collected.freedBytes)
      writer.endObject()
    }
  }

  private func found(_ request: RouteRequest) async throws -> BinaryCache {
    try await cache.cache(named: request.parameters["name"] ?? "", of: request.caller().user)
  }

  private static func compression(_ fields: inout JSONFields) -> NarInfo.Compression? {
    guard let name = fields.string("compression") else { return nil }
    guard let compression = [NarInfo.Compression.zstd, .xz].first(where: { $0.rawValue == name }) else {
      fields.refuse("compression", "compression is zstd or xz, not '\(name.shortened)'")
      return nil
    }
    return compression
  }
}

extension JSONValue {
  /// True for an object with a member of this name.
  fileprivate func has(_ name: String) -> Bool {
    guard case .object(let members) = self else { return false }
    return members.contains { $0.name == name }
  }
}
