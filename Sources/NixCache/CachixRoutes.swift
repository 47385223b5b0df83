internal import Artifacts
internal import Crypto
internal import Files
internal import HTTPServer
internal import Lifecycle
internal import Model
internal import NixFormat
internal import Routing
internal import Store

/// The Cachix protocol but for the uploads themselves. It answers under two prefixes: a client that is given the target
/// `<base>/<name>` calls `<base>/api/v1/cache/<name>`, and `<base>` is with or without `/cache`.
struct CachixRoutes {
  let cache: NixCache
  static let prefixes = ["/api/v1/cache/{name}", "/cache/api/v1/cache/{name}"]
  /// What 100,000 hashes take.
  private static let closureLimit = 4 << 20
  /// Bytes of any other body: a narinfo with thousands of references, an upload of 10,000 parts.
  static let bodyLimit = 2 << 20

  /// Tells clients up to how many bytes of a NAR its file is better sent in one piece: by two requests, where parts take
  /// four. What is ours in the protocol is a header, which other clients pass by.
  static let wholeFileHeader = ("Wright-Whole-File", "\(1 << 20)")

  var routes: [Route] {
    Self.prefixes.flatMap { prefix in
      [
        cache.route("GET", prefix, info),
        cache.route("POST", prefix + "/key", key),
        cache.route("POST", prefix + "/narinfo", missing),
        cache.route("GET", prefix + "/{file}", narinfo),
      ]
    }
  }

  @Sendable private func info(_ request: RouteRequest) async throws -> HTTPResponse {
    let access = try await cache.access(request, .read)
    let found = access.cache
    var response = HTTPResponse.json { writer in
      writer.beginObject()
      writer.field("name", found.name)
      writer.field("uri", request.http.address + "/cache/" + found.name)
      writer.field("isPublic", found.isPublic)
      writer.field("publicSigningKeys", found.keys.map(\.key.description))
      writer.field("githubUsername", "")
      writer.field("permission", access.permission.cachixName)
      writer.field("preferredCompressionMethod", found.compression == .xz ? "XZ" : "ZSTD")
      writer.endObject()
    }
    response.headers.add(Self.wholeFileHeader.0, Self.wholeFileHeader.1)
    return response
  }

  @Sendable private func key(_ request: RouteRequest) async throws -> HTTPResponse {
    // Who chooses the keys chooses whom readers trust.
    let access = try await cache.access(request, .admin)
    let members = try JSONMembers(try await request.http.json(limit: Self.bodyLimit, anyType: true), "the body")
    let text = try members.text("publicKey")
    // A key's name is passed by: the cache names it.
    guard let bytes = NarSignature(text)?.bytes ?? Base64.bytes(text), let key = try? PublicKey(bytes) else {
      throw PushRefusal("publicKey is not the base 64 of an Ed25519 key")
    }
    _ = try await cache.addKey(key, named: nil, to: access.cache)
    return .json([UInt8]("{}".utf8))
  }

  @Sendable private func missing(_ request: RouteRequest) async throws -> HTTPResponse {
    let access = try await cache.access(request, .read)
    guard case .array(let values) = try await request.http.json(limit: Self.closureLimit, anyType: true) else {
      throw PushRefusal("the body is not an array of hashes")
    }
    let hashes = try values.map { value throws(PushRefusal) in
      guard case .string(let hash) = value, hash.utf8.count == StorePath.hashLength, Nix32.isValid(hash) else {
        throw PushRefusal("the body holds something that is not the hash of a store path")
      }
      return hash
    }
    let missing = try await cache.store.missingPaths(hashes, in: access.cache.id, at: cache.now)
    return .json(capacity: 16 + 36 * missing.count) { writer in
      writer.beginArray()
      for hash in missing { writer.string(hash) }
      writer.endArray()
    }
  }

  @Sendable private func narinfo(_ request: RouteRequest) async throws -> HTTPResponse {
    let access = try await cache.access(request, .read)
    return try await cache.narinfo(request.parameters["file"] ?? "", of: access.cache)
  }
}

extension NixCache {
  /// A route that anybody may ask, with a token of its own kind.
  func route(
    _ method: String, _ path: String, _ body: @escaping @Sendable (RouteRequest) async throws -> HTTPResponse
  ) -> Route {
    Route(method, path, access: .open) { request in try await cachixAnswer(self) { try await body(request) } }
  }
}

/// What the protocol answers: errors become `{"error": ...}`, which its clients show.
private func cachixAnswer(_ cache: NixCache, _ body: () async throws -> HTTPResponse) async throws -> HTTPResponse {
  do {
    return try await body()
  } catch let refusal as CacheRefusal {
    return refusal.response
  } catch let refusal as PushRefusal {
    return CacheRefusal(status: 400, sentence: refusal.description).response
  } catch let error as CacheError {
    return CacheRefusal(status: 400, sentence: error.description).response
  } catch let problem as Problem {
    return CacheRefusal(status: problem.status, sentence: problem.detail).response
  } catch let error as FileError where error.isNoSpace {
    cache.dependencies.log.warning("upload refused", ["error": "\(error)"])
    return CacheRefusal(
      status: 507, sentence: "the server's disk is full and nothing was changed; try again when there is space"
    ).response
  }
}

extension CachePermission {
  /// The protocol's word.
  fileprivate var cachixName: String {
    switch self {
    case .read: "Read"
    case .write: "Write"
    case .admin: "Admin"
    }
  }
}
