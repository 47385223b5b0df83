internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension WebUI {
  /// How many paths a page shows.
  private static let pathLimit = 50

  /// The list of binary caches, and the page of each.
  var cacheRoutes: [Route] {
    [
      Route("GET", "/caches", access: .page) { request in
        let reader = try request.reader()
        let view = CacheListView(caches: try await dependencies.store.caches(owner: reader.user))
        return respond(Page(title: view.title, body: view.html), user: reader.name)
      },
      Route("GET", "/caches/{name}", access: .page, at: .leader) { try await cachePage($0) },
      // What Nix is given as an address; people open it, too.
      Route("GET", "/cache/{name}", access: .page) { request in
        Self.seeOther("/caches/" + PercentEncoding.segment(request.parameters["name"] ?? ""))
      },
    ]
  }

  /// The page of a cache. `token` is one that was made just now, which is shown this once.
  func cachePage(_ request: RouteRequest, token: String? = nil) async throws -> HTTPResponse {
    let reader = try request.reader()
    let cache = try await ownCache(request)
    let store = dependencies.store
    let filter = CachePathFilter(request.http, cache: cache.name)
    var paths = try await store.cachePaths(
      of: cache.id, search: filter.search, after: filter.cursor, limit: Self.pathLimit + 1)
    let hasMore = paths.count > Self.pathLimit
    if hasMore { paths.removeLast() }
    let view = CacheView(
      cache: cache, tokens: try await store.cacheTokens(of: cache.id), paths: paths, filter: filter, hasMore: hasMore,
      address: request.http.address, newToken: token, now: dependencies.clock())
    return respond(
      Page(title: view.title, body: view.html), user: reader.name,
      headers: token == nil ? [:] : ["Cache-Control": "no-store"])
  }

  /// The path's cache, where it is the caller's.
  func ownCache(_ request: RouteRequest) async throws -> BinaryCache {
    try await cacheRegistry().cache(named: request.parameters["name"] ?? "", of: request.reader().user)
  }

  /// Changes caches; a 503 where the server has none.
  func cacheRegistry() throws -> any CacheRegistry {
    guard let caches = dependencies.caches else { throw Problem(503, "This server has no binary caches.") }
    return caches
  }
}

/// What a cache's paths are narrowed to, and which page of them is shown.
struct CachePathFilter: Sendable, Hashable {
  var cache: String
  var search: String?
  var cursor: Int64?

  init(_ request: HTTPRequest, cache: String) {
    self.cache = cache
    let text = RepositoryForm.trimmed(request.query("search"))
    search = text.isEmpty ? nil : String(text.prefix(200))
    cursor = request.query("cursor").flatMap { Int64(digits: $0) }
  }

  /// The address of the page that begins after this row.
  func target(after row: Int64?) -> String {
    QueryText.target("/caches/\(cache)", [("search", search), ("cursor", row.map { String($0) })])
  }
}
