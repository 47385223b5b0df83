internal import Concurrency
internal import Crypto
internal import Files
internal import HTTPServer
internal import Model
internal import NixFormat
internal import Routing
internal import Store

/// The uploads of the Cachix protocol: in parts, and in one piece as older clients send it.
struct UploadRoutes {
  let cache: NixCache

  var routes: [Route] {
    CachixRoutes.prefixes.flatMap { prefix in
      let upload = prefix + "/multipart-nar/{nar}"
      return [
        cache.route("POST", prefix + "/multipart-nar", begin), cache.route("POST", upload, announcePart),
        cache.route("PUT", upload + "/{part}", receivePart), cache.route("POST", upload + "/complete", complete),
        cache.route("POST", upload + "/abort", abort), cache.route("POST", prefix + "/nar", receiveStream),
        cache.route("POST", prefix + "/{file}", describeStream),
      ]
    }
  }

  // In parts.

  @Sendable private func begin(_ request: RouteRequest) async throws -> HTTPResponse {
    let access = try await cache.access(request, .write)
    let compression = try Self.compression(request, absent: .zstd)
    let upload = UploadTickets.begin(access.cache.id, compression, at: cache.now)
    let identifier = try cache.tickets.identifier(of: upload)
    return .json { writer in
      writer.beginObject()
      writer.field("narId", upload.nar)
      writer.field("uploadId", identifier)
      writer.endObject()
    }
  }

  @Sendable private func announcePart(_ request: RouteRequest) async throws -> HTTPResponse {
    let (access, upload) = try await self.upload(request)
    guard let number = Int(request.http.query("partNumber") ?? ""), (1...UploadTickets.partLimit).contains(number)
    else {
      throw PushRefusal("partNumber is a number from 1 to \(UploadTickets.partLimit)")
    }
    let members = try JSONMembers(try await request.http.json(limit: CachixRoutes.bodyLimit, anyType: true), "the body")
    guard let md5 = Base64.bytes(try members.text("contentMD5")), md5.count == 16 else {
      throw PushRefusal("contentMD5 is not the base 64 of an MD5")
    }
    let query = try cache.tickets.query(of: upload, part: number, md5: Hexadecimal.string(md5), at: cache.now)
    let url = "\(request.http.address)/api/v1/cache/\(access.cache.name)/multipart-nar/\(upload.nar)/\(number)?\(query)"
    return .json { writer in
      writer.beginObject()
      writer.field("uploadUrl", url)
      writer.endObject()
    }
  }

  /// Who knows the address may send the part, and nothing else.
  @Sendable private func receivePart(_ request: RouteRequest) async throws -> HTTPResponse {
    let (nar, part) = (request.parameters["nar"] ?? "", request.parameters["part"] ?? "")
    let md5 = request.http.query("md5") ?? ""
    guard let found = cache.directory.cache(named: request.parameters["name"] ?? ""),
      let number = Int(part), (1...UploadTickets.partLimit).contains(number),
      try cache.tickets.allows(
        found.id, nar: nar, part: part, md5: md5, expires: request.http.query("expires") ?? "",
        signature: request.http.query("signature") ?? "", at: cache.now)
    else { throw CacheRefusal(status: 401, sentence: "the address of the part has expired, or was not made here") }
    if let stated = request.http.headers["Content-MD5"], Base64.bytes(stated).map({ Hexadecimal.string($0) }) != md5 {
      throw PushRefusal("Content-MD5 is not the contentMD5 that the part was announced with")
    }
    try await cache.receive(request.http, upload: nar, part: number, md5: md5)
    return HTTPResponse(status: 200, headers: ["ETag": "\"\(md5)\"", "Cache-Control": "no-store"])
  }

  @Sendable private func complete(_ request: RouteRequest) async throws -> HTTPResponse {
    let (access, upload) = try await self.upload(request)
    let body = try CompletionRequest(try await request.http.json(limit: CachixRoutes.bodyLimit, anyType: true))
    try await cache.uploadTurns.withTurn(of: upload.nar) {
      do {
        try await cache.complete(
          NarUpload(name: upload.nar, compression: upload.compression, isNamed: true), body, in: access.cache)
      } catch let refusal as PushRefusal {
        // The parts of one that was completed are gone: then this is the same request again.
        guard try await cache.store.isCompleted(upload: upload.nar, in: access.cache.id) else { throw refusal }
      }
    }
    return .json([UInt8]("{}".utf8))
  }

  @Sendable private func abort(_ request: RouteRequest) async throws -> HTTPResponse {
    let (_, upload) = try await self.upload(request)
    try await cache.uploadTurns.withTurn(of: upload.nar) { try await cache.forget(upload.nar) }
    return .json([UInt8]("{}".utf8))
  }

  private func upload(_ request: RouteRequest) async throws -> (CacheAccess, Upload) {
    let access = try await cache.access(request, .write)
    let (nar, identifier) = (request.parameters["nar"] ?? "", request.http.query("uploadId") ?? "")
    guard let upload = try cache.tickets.upload(nar, identifier: identifier, cache: access.cache.id, at: cache.now)
    else { throw CacheRefusal(status: 404, sentence: "there is no upload '\(nar.shortened)' here, or it has expired") }
    return (access, upload)
  }

  // In one piece.

  @Sendable private func receiveStream(_ request: RouteRequest) async throws -> HTTPResponse {
    let access = try await cache.access(request, .write)
    let compression = try Self.compression(request, absent: .xz)
    try await cache.receive(request.http, stream: compression, of: access.cache)
    return .json([UInt8]("{}".utf8))
  }

  @Sendable private func describeStream(_ request: RouteRequest) async throws -> HTTPResponse {
    let access = try await cache.access(request, .write)
    let value = try await request.http.json(limit: CachixRoutes.bodyLimit, anyType: true)
    let submission = try NarSubmission(value)
    let file = request.parameters["file"] ?? ""
    guard file == submission.path.hash + ".narinfo" else {
      throw PushRefusal("the address says '\(file.shortened)', and cStoreHash \(submission.path.hash)")
    }
    try await cache.uploadTurns.withTurn(of: submission.fileHash.hexadecimal) {
      try await cache.completeStream(submission, in: access.cache)
    }
    return .json([UInt8]("{}".utf8))
  }

  private static func compression(
    _ request: RouteRequest, absent: NarInfo.Compression
  ) throws(PushRefusal) -> NarInfo.Compression {
    switch request.http.query("compression") {
    case nil, "": absent
    case "zst", "zstd": .zstd
    case "xz": .xz
    case let other?: throw PushRefusal("compression is zst or xz, not '\(other.shortened)'")
    }
  }
}
