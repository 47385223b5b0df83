internal import Crypto
internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// Who asks something of a cache, and what he may do.
struct CacheAccess {
  var cache: BinaryCache
  var permission: CachePermission
}

/// An answer of the protocol that is not 200.
struct CacheRefusal: Error {
  var status: Int
  var sentence: String

  static let denied = CacheRefusal(
    status: 401, sentence: "access denied: the token is missing, wrong, or does not allow this")

  /// `{"error": ...}`, as clients of the protocol show it.
  var response: HTTPResponse {
    var headers: HTTPHeaders = ["Cache-Control": "no-store"]
    // Nix and curl then look for a password.
    if status == 401 { headers.add("WWW-Authenticate", "Basic realm=\"binary cache\"") }
    return .json(status: status, headers: headers) { writer in
      writer.beginObject()
      writer.field("error", sentence)
      writer.endObject()
    }
  }
}

extension NixCache {
  /// The cache of the path's `{name}`, for a caller who may do `wanted` with it; throws a `CacheRefusal` for others.
  func access(_ request: RouteRequest, _ wanted: CachePermission) async throws -> CacheAccess {
    let name = request.parameters["name"] ?? ""
    guard let cache = directory.cache(named: name) else {
      throw CacheRefusal(status: 404, sentence: "there is no cache '\(name.shortened)' here")
    }
    if wanted == .read && cache.isPublic && request.http.headers["Authorization"] == nil {
      return CacheAccess(cache: cache, permission: .read)
    }
    let own = try await permission(request.http.cacheToken, of: cache)
    guard let permission = own ?? (cache.isPublic ? .read : nil), permission >= wanted else {
      throw CacheRefusal.denied
    }
    return CacheAccess(cache: cache, permission: permission)
  }

  /// What a token allows; nil for nothing.
  private func permission(_ token: String?, of cache: BinaryCache) async throws -> CachePermission? {
    guard let token, !token.isEmpty, token.utf8.count <= 200 else { return nil }
    if let user = try await dependencies.identify(token), user == cache.owner { return .admin }
    if let found = try await memory.token(token, at: now) { return found.cache == cache.id ? found.permission : nil }
    return try await dependencies.mayPush(token, cache.name) ? .write : nil
  }
}

extension HTTPRequest {
  /// The token of `Authorization`: a bearer's, or the password of `Basic`, as Nix sends what is in a netrc file.
  fileprivate var cacheToken: String? {
    if let token = bearerToken { return token }
    guard let value = headers["Authorization"], value.utf8.count <= 1000, value.lowercased().hasPrefix("basic "),
      let bytes = Base64.bytes(String(value.dropFirst(6)))
    else { return nil }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    return String(decoding: bytes[(colon + 1)...], as: UTF8.self)
  }
}
