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

  var routes: [Route] {
    [
      Route("POST", "/api/v1/caches", create), Route("GET", "/api/v1/caches", list),
      Route("GET", "/api/v1/caches/{name}", show), Route("PATCH", "/api/v1/caches/{name}", change),
      Route("DELETE", "/api/v1/caches/{name}", delete), Route("POST", "/api/v1/caches/{name}/keys", addKey),
      Route("DELETE", "/api/v1/caches/{name}/keys/{key}", removeKey),
      Route("POST", "/api/v1/caches/{name}/tokens", addToken), Route("GET", "/api/v1/caches/{name}/tokens", tokens),
      Route("DELETE", "/api/v1/caches/{name}/tokens/{id}", removeToken),
      Route("POST", "/api/v1/caches/{name}/gc", collect), Route("GET", "/api/v1/caches/{name}/paths", paths),
      Route("GET", "/api/v1/caches/{name}/paths/{hash}", path),
      Route("DELETE", "/api/v1/caches/{name}/paths/{hash}", deletePath),
      Route("POST", "/api/v1/caches/{name}/paths/{hash}/pin") { try await pin($0, true) },
      Route("POST", "/api/v1/caches/{name}/paths/{hash}/unpin") { try await pin($0, false) },
    ]
  }

  private static let bodyLimit = 64 << 10

  @Sendable private func create(_ request: RouteRequest) async throws -> HTTPResponse {
    let owner = try request.cacheOwner()
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
    let caches = try await cache.store.caches(owner: request.cacheOwner())
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
    try await cache.cache(named: request.parameters["name"] ?? "", of: request.cacheOwner())
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

extension RouteRequest {
  /// Who calls.
  fileprivate func cacheOwner() throws -> UserID {
    guard let principal else { throw Problem(401, "send a valid token", headers: ["WWW-Authenticate": "Bearer"]) }
    return principal.user
  }
}

extension JSONValue {
  /// True for an object with a member of this name.
  fileprivate func has(_ name: String) -> Bool {
    guard case .object(let members) = self else { return false }
    return members.contains { $0.name == name }
  }
}
