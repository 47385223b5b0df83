internal import Crypto
internal import HTTPServer
internal import Model
internal import NixFormat
internal import Routing
internal import Store

extension WebUI {
  /// The buttons of the pages of caches. Each is a form that works without scripts and leads back to a page.
  var cacheActionRoutes: [Route] {
    settingRoutes + pathRoutes + [
      Route("POST", "/caches", access: .page) { request in
        let form = try await request.form()
        var new = NewCache(name: RepositoryForm.trimmed(form["name"]))
        new.isPublic = form["private"] == nil
        if let compression = form["compression"].flatMap(NarInfo.Compression.init) { new.compression = compression }
        let made = try await cacheRegistry().create(
          new, owner: request.reader().user, signs: form["key"] != "none")
        return Self.seeOther("/caches/\(made.name)")
      },
      Route("POST", "/caches/{name}/tokens", access: .page) { request in
        let cache = try await ownCache(request)
        let form = try await request.form()
        let permission = form["permission"].flatMap(CachePermission.init) ?? .read
        let made = try await cacheRegistry().createToken(
          of: cache, permission, comment: String(RepositoryForm.trimmed(form["comment"]).prefix(200)))
        // Not a redirect: nothing but this answer has the token's text.
        return try await cachePage(request, token: made.text)
      },
    ]
  }

  private var settingRoutes: [Route] {
    [
      cacheAction("settings") { registry, cache, form in
        _ = try await registry.change(cache, try Self.change(form))
      },
      cacheAction("keys") { registry, cache, form in
        guard let text = NarSignature(RepositoryForm.trimmed(form["public_key"])), let key = try? PublicKey(text.bytes)
        else {
          throw Problem.invalid(
            "/public_key", "A public key is <name>:<base 64>, as nix-store writes it into its second file.")
        }
        _ = try await registry.addKey(key, named: text.keyName, to: cache)
      },
      cacheAction("keys/remove") { registry, cache, form in
        try await registry.removeKey(named: form["key"] ?? "", of: cache)
      },
      cacheAction("tokens/remove") { registry, cache, form in
        try await registry.removeToken(TokenID(rawValue: Int64(digits: form["token"] ?? "") ?? 0), of: cache)
      },
      cacheAction("delete", to: { _ in "/caches" }) { registry, cache, _ in try await registry.delete(cache) },
    ]
  }

  private var pathRoutes: [Route] {
    [
      cacheAction("pin") { registry, cache, form in
        _ = try await registry.setPinned(true, path: form["path"] ?? "", in: cache)
      },
      cacheAction("unpin") { registry, cache, form in
        _ = try await registry.setPinned(false, path: form["path"] ?? "", in: cache)
      },
      cacheAction("paths/delete") { registry, cache, form in
        try await registry.deletePath(form["path"] ?? "", of: cache)
      },
      cacheAction("gc") { registry, cache, form in
        let (age, size) = (try Self.seconds(form["older_than"]), try Self.bytes(form["max_size"]))
        guard age != nil || size != nil else {
          throw Problem.invalid("/older_than", "Write an age like 30d, a size like 10 GiB, or both.")
        }
        _ = try await registry.collect(cache, CollectionRequest(olderThan: age, maxSize: size))
      },
    ]
  }

  private func cacheAction(
    _ name: String, to target: @escaping @Sendable (BinaryCache) -> String = { "/caches/\($0.name)" },
    _ act: @escaping @Sendable (any CacheRegistry, BinaryCache, [String: String]) async throws -> Void
  ) -> Route {
    Route("POST", "/caches/{name}/\(name)", access: .page) { request in
      let cache = try await ownCache(request)
      try await act(try cacheRegistry(), cache, try await request.form())
      // Where a list was searched, the form knows its address.
      let query = request.http.query.isEmpty ? "" : CachePathFilter(request.http, cache: cache.name).query
      return Self.seeOther(target(cache) + query)
    }
  }

  private static func change(_ form: [String: String]) throws -> CacheChange {
    var change = CacheChange()
    change.isPublic = form["public"] == "1"
    change.compression = form["compression"].flatMap(NarInfo.Compression.init)
    let priority = RepositoryForm.trimmed(form["priority"])
    guard let number = Int64(digits: priority) else {
      throw Problem.invalid("/priority", "'\(priority.shortened)' is not a priority; write a number like 40.")
    }
    change.priority = number
    change.keepSeconds = .some(try seconds(form["keep_age"]))
    change.keepBytes = .some(try bytes(form["keep_size"]))
    return change
  }

  private static func seconds(_ text: String?) throws -> Int64? {
    let text = RepositoryForm.trimmed(text)
    if text.isEmpty { return nil }
    guard let duration = Duration(quantity: text) else {
      throw Problem.invalid("/older_than", "'\(text.shortened)' is not a time; write it like 30d or 12h.")
    }
    return duration.milliseconds / 1000
  }

  private static func bytes(_ text: String?) throws -> Int64? {
    let text = RepositoryForm.trimmed(text)
    if text.isEmpty { return nil }
    guard let bytes = ByteCount.parse(text) else {
      throw Problem.invalid("/max_size", "'\(text.shortened)' is not a size; write it like 10 GiB.")
    }
    return bytes
  }
}

extension CachePathFilter {
  /// With its question mark; empty for all paths.
  var query: String {
    let target = target(after: cursor)
    return target.firstIndex(of: "?").map { String(target[$0...]) } ?? ""
  }
}
