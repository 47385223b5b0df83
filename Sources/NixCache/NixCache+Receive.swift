internal import Concurrency
internal import Crypto
internal import Files
internal import HTTPServer
internal import NixFormat
internal import Routing
internal import Store

extension NixCache {
  /// So many bytes are gathered before another thread writes them.
  private static let blockSize = 512 << 10

  /// Receives a part of an upload. Refused, nothing of it is kept.
  func receive(_ request: HTTPRequest, upload: String, part: Int, md5: String) async throws {
    var begun = try await begin(request)
    let incoming = try await receive(request, &begun, of: upload, hashing: false)
    try await threads.run {
      do {
        let found = Hexadecimal.string(try incoming.digests().md5)
        guard found == md5 else {
          throw PushRefusal("the part's MD5 is \(found), and it was announced with \(md5); send it again")
        }
        try incoming.keep(part, md5: md5, of: upload)
      } catch {
        incoming.discard()
        throw error
      }
    }
  }

  /// Receives a whole file, which is known by its SHA-256 from then on.
  func receive(_ request: HTTPRequest, stream compression: NarInfo.Compression, of cache: BinaryCache) async throws {
    var begun = try await begin(request)
    if begun.isOver, begun.block.count <= Store.smallNarLimit,
      let hash = NarHash(bytes: try SHA256.hash(begun.block)),
      smallFiles.add(begun.block, Self.streamName(hash, compression, cache), at: now)
    {
      return
    }
    let incoming = try await receive(request, &begun, of: "", hashing: true)
    try await threads.run {
      do {
        guard let hash = NarHash(bytes: try incoming.digests().sha256 ?? []) else {
          throw CryptoError.unavailable(algorithm: "SHA-256")
        }
        try incoming.keep(1, md5: UploadFolder.tag(of: hash), of: Self.streamName(hash, compression, cache))
      } catch {
        incoming.discard()
        throw error
      }
    }
  }

  /// The name of the upload of a file that came in one piece.
  static func streamName(_ hash: NarHash, _ compression: NarInfo.Compression, _ cache: BinaryCache) -> String {
    "\(cache.id)-\(compression.rawValue)-\(hash.hexadecimal)"
  }

  /// Removes what came of an upload.
  func forget(_ upload: String) async throws { try await threads.run { [folder] in try folder.remove(upload) } }

  /// What has come of a body and is not written yet.
  private struct Beginning {
    var block: [UInt8] = []
    var isOver = false
  }

  private func begin(_ request: HTTPRequest) async throws -> Beginning {
    let limit = dependencies.fileLimit
    if let length = request.headers["Content-Length"].flatMap({ Int64(digits: $0) }), length > limit {
      throw Self.tooLarge(limit)
    }
    var begun = Beginning()
    begun.isOver = try await fill(&begun.block, request.body)
    return begun
  }

  private func receive(
    _ request: HTTPRequest, _ begun: inout Beginning, of upload: String, hashing: Bool
  ) async throws -> IncomingPart {
    let limit = dependencies.fileLimit
    // A small part needs one visit of another thread.
    let first = begun.block
    let incoming = try await threads.run { [folder, space] in
      let incoming = try IncomingPart(folder, of: upload, space: space, hashing: hashing)
      try incoming.appendOrDiscard(first)
      return incoming
    }
    do {
      while !begun.isOver {
        begun.isOver = try await fill(&begun.block, request.body)
        let next = begun.block
        guard incoming.size + Int64(next.count) <= limit else { throw Self.tooLarge(limit) }
        try await threads.run { try incoming.append(next) }
      }
    } catch {
      try? await threads.run { incoming.discard() }
      throw error
    }
    return incoming
  }

  /// Gathers the next bytes; true at the end of the body.
  private func fill(_ block: inout [UInt8], _ body: HTTPBody) async throws -> Bool {
    block.removeAll(keepingCapacity: true)
    while block.count < Self.blockSize {
      guard let bytes = try await body.next() else { return true }
      block += bytes
    }
    return false
  }

  private static func tooLarge(_ limit: Int64) -> CacheRefusal {
    CacheRefusal(status: 413, sentence: "a file of a NAR may have \(limit) bytes at most")
  }
}
