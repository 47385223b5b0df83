internal import Artifacts
internal import Files
internal import HTTPServer
internal import Model
internal import NixFormat
internal import Routing
internal import Store

/// What Nix reads: `nix-cache-info`, narinfos and NARs.
struct ReadingRoutes {
  let cache: NixCache

  var routes: [Route] {
    [
      cache.route("GET", "/cache/{name}/nix-cache-info", info), cache.route("GET", "/cache/{name}/{file}", narinfo),
      cache.route("GET", "/cache/{name}/nar/{file}", nar),
    ]
  }

  @Sendable private func info(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await cache.access(request, .read).cache
    let text = "StoreDir: \(StorePath.directory)\nWantMassQuery: 1\nPriority: \(found.priority)\n"
    return HTTPResponse(
      status: 200, headers: ["Content-Type": "text/x-nix-cache-info"], content: .bytes(Array(text.utf8)))
  }

  @Sendable private func narinfo(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await cache.access(request, .read).cache
    return try await cache.narinfo(request.parameters["file"] ?? "", of: found)
  }

  @Sendable private func nar(_ request: RouteRequest) async throws -> HTTPResponse {
    let found = try await cache.access(request, .read).cache
    let file = request.parameters["file"] ?? ""
    guard let nar = try await cache.nar(file, of: found) else {
      throw CacheRefusal(status: 404, sentence: "there is no NAR '\(file.shortened)' here")
    }
    let type = "application/x-nix-nar"
    if request.http.method == "GET", nar.size > Store.smallNarLimit,
      let elsewhere = try cache.dependencies.artifacts.address(
        sha256: nar.hash.hexadecimal, type: type, disposition: nil)
    {
      count(nar.size, of: found.id)
      return HTTPResponse(status: 307, headers: ["Location": elsewhere, "Cache-Control": "no-store"])
    }
    let content = StoredContent(
      size: nar.size, entityTag: EntityTag.make(nar.hash.hexadecimal),
      headers: ["Content-Type": type])
    return try await content.response(to: request.http) { offset, count in
      guard let stored = try await cache.content(nar.hash, size: nar.size) else {
        throw ArtifactStoreError.unknownContent(nar.hash.hexadecimal)
      }
      if request.http.method == "GET" { self.count(count, of: found.id) }
      switch stored {
      case .small(let bytes): return .bytes(Array(bytes.dropFirst(Int(offset)).prefix(Int(count))))
      case .large(let bytes):
        if let file = bytes.file { return .file(file, offset: offset, count: count) }
        return .sizedStream(count: count) { body in
          try await bytes.stream(from: offset, count: count) { try await body.write($0) }
        }
      }
    }
  }

  private func count(_ bytes: Int64, of id: CacheID) {
    cache.statistics.count(id) { use in
      use.downloads += 1
      use.downloadedBytes += bytes
    }
  }
}

/// The content of a NAR's file.
enum NarContent: Sendable {
  case small([UInt8])
  case large(any StoredBytes)
}

extension NixCache {
  /// The content of a NAR's file, wherever it is kept; nil where it is not.
  func content(_ hash: NarHash, size: Int64) async throws -> NarContent? {
    if size <= Store.smallNarLimit, let bytes = try await store.smallNar(hash) { return .small(bytes) }
    return try await dependencies.artifacts.open(sha256: hash.hexadecimal).map { .large($0) }
  }

  /// The narinfo of a file's name, `<hash>.narinfo`; throws a `CacheRefusal` 404 where there is none.
  func narinfo(_ file: String, of cache: BinaryCache) async throws -> HTTPResponse {
    let bytes = file.utf8
    guard bytes.count == StorePath.hashLength + 8, file.hasSuffix(".narinfo") else {
      throw CacheRefusal(status: 404, sentence: "there is nothing called '\(file.shortened)' here")
    }
    let hash = String(file.dropLast(8))
    guard let text = try await infoText(hash, of: cache) else {
      statistics.count(cache.id) { $0.misses += 1 }
      throw CacheRefusal(status: 404, sentence: "the cache does not hold \(hash)")
    }
    statistics.count(cache.id) { $0.hits += 1 }
    return HTTPResponse(status: 200, headers: ["Content-Type": "text/x-nix-narinfo"], content: .bytes(text))
  }

  private func infoText(_ hash: String, of cache: BinaryCache) async throws -> [UInt8]? {
    if let known = directory.info(hash, in: cache.id) {
      noteUse(hash, row: known.row, usedAt: known.usedAt, of: cache.id)
      return known.text
    }
    guard Nix32.isValid(hash) else { return nil }
    let changes = directory.changes
    guard let path = try await store.cachePath(hash, in: cache.id) else { return nil }
    let text = Array(path.info.text.utf8)
    directory.remember(text, of: path, in: cache.id, since: changes)
    noteUse(hash, row: path.id, usedAt: path.usedAt, of: cache.id)
    return text
  }

  private func noteUse(_ hash: String, row: Int64, usedAt: Timestamp, of cache: CacheID) {
    let now = now
    guard usedAt + Store.pathUseResolution < now else { return }
    statistics.use(ofPath: row)
    directory.noteUse(of: hash, in: cache, at: now)
  }

  /// The content of a NAR's file that one of the cache's paths has; nil for others, so that a private cache shows no
  /// other's content, nor another cache this one's.
  func nar(_ file: String, of cache: BinaryCache) async throws -> CacheDirectory.StoredNar? {
    if let known = directory.nar(file, in: cache.id) { return known }
    let parts = file.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let bytes = Nix32.bytes(parts[0], count: 32), let hash = NarHash(bytes: bytes),
      let compression = NarInfo.Compression.allCases.first(where: { "nar" + $0.suffix == parts[1] })
    else { return nil }
    let changes = directory.changes
    guard let size = try await store.narSize(hash, compression, in: cache.id) else { return nil }
    let nar = CacheDirectory.StoredNar(hash: hash, size: size)
    directory.remember(nar, called: file, in: cache.id, since: changes)
    return nar
  }
}
