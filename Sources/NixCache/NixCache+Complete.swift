internal import Artifacts
internal import Concurrency
internal import Crypto
internal import Files
internal import Lifecycle
internal import Model
internal import NixFormat
internal import Routing
internal import Store

/// What has come of a NAR.
struct NarUpload: Sendable {
  /// The name of its folder.
  var name: String
  /// How it is compressed.
  var compression: NarInfo.Compression
  /// True where a client knows it by that name, and may ask to complete it again.
  var isNamed: Bool
}

extension NixCache {
  /// Checks what has come, stores it, and adds the path to the cache: then it is there for good. Refused, the upload
  /// stays, so that a part can be sent again. In the upload's turn.
  func complete(_ upload: NarUpload, _ request: CompletionRequest, in cache: BinaryCache) async throws {
    let submission = request.submission
    let parts = try await threads.run { [folder] in
      try Self.contentParts(try folder.parts(of: upload.name), request)
    }
    let signatures = try await signatures(of: submission, in: cache)
    let inspector = try NarInspector(submission, upload.compression)
    let content = try await dependencies.artifacts.put(parts, inspector: inspector)
    let path = CachePath(
      path: submission.path, narHash: submission.narHash, narSize: submission.narSize,
      fileHash: submission.fileHash, fileSize: submission.fileSize, compression: upload.compression,
      references: submission.references, deriver: submission.deriver, signatures: signatures, createdAt: now)
    let addition = try await dependencies.contentTurns.withTurn(of: content.sha256) {
      // It may have been deleted between its being stored and this turn.
      if try await dependencies.artifacts.open(sha256: content.sha256) == nil {
        _ = try await dependencies.artifacts.put(parts, inspector: nil)
      }
      return try await store.addPath(path, to: cache.id, upload: upload.isNamed ? upload.name : nil)
    }
    if addition == .present {
      directory.forget([path.path.hash], in: cache.id)
      dependencies.contentFreed()
    }
    // The path is there; an upload that stays behind expires.
    do { try await forget(upload.name) } catch {
      dependencies.log.warning("upload not removed", ["upload": upload.name, "error": "\(error)"])
    }
  }

  /// Completes a file that came in one piece. One that was completed before is fine.
  func completeStream(_ submission: NarSubmission, in cache: BinaryCache) async throws {
    for compression in [NarInfo.Compression.xz, .zstd] {
      let name = Self.streamName(submission.fileHash, compression, cache)
      guard try await !threads.run({ [folder] in try folder.parts(of: name).isEmpty }) else { continue }
      return try await complete(
        NarUpload(name: name, compression: compression, isNamed: false),
        CompletionRequest(parts: nil, submission: submission), in: cache)
    }
    guard let there = try await store.cachePath(submission.path.hash, in: cache.id),
      there.fileHash == submission.fileHash
    else { throw PushRefusal("no file with the SHA-256 \(submission.fileHash.hexadecimal) has come; send it first") }
  }

  /// The parts to put together: those that the client names, or all that have come.
  private static func contentParts(
    _ there: [UploadFolder.Part], _ request: CompletionRequest
  ) throws -> [ContentPart] {
    let wanted = try request.parts?.map { part in
      guard let found = there.first(where: { $0.number == part.number }) else {
        throw PushRefusal("part \(part.number) has not come; send it")
      }
      guard found.md5 == part.entityTag else {
        throw PushRefusal(
          "the eTag of part \(part.number) is \(found.md5), and the request says \(part.entityTag.shortened)")
      }
      return found
    }
    let chosen = wanted ?? there
    for (index, part) in chosen.enumerated() where part.number != index + 1 {
      throw PushRefusal("part \(index + 1) is missing")
    }
    let parts = try chosen.map { part in
      let file = try FileDescriptor.open(part.path)
      return ContentPart(file, size: try file.size())
    }
    let size = parts.reduce(Int64(0)) { $0 + $1.size }
    guard size == request.submission.fileSize else {
      throw PushRefusal("\(size) bytes have come, and cFileSize says \(request.submission.fileSize)")
    }
    return parts
  }

  /// The client's signature under the name of the key that it fits, or the cache's own.
  private func signatures(of submission: NarSubmission, in cache: BinaryCache) async throws -> [NarSignature] {
    let text = Array(submission.fingerprint.utf8)
    let keys = directory.cache(named: cache.name)?.keys ?? []
    if let signature = submission.signature {
      let name = keys.first { key in
        (try? PublicKey(key.key.bytes))?.verifies(signature, of: text) == true
      }?.key.keyName
      guard let name, let named = NarSignature(keyName: name, bytes: signature) else {
        throw PushRefusal("cSig fits none of the cache's keys; register the public key, and sign with its secret one")
      }
      return [named]
    }
    let own = try await store.signingKeys(of: cache.id)
    guard !own.isEmpty else {
      throw PushRefusal("the cache has no key to sign with; send cSig, made with a key that is registered")
    }
    return own.compactMap { NarSignature(keyName: $0.name, bytes: $0.key.sign(text)) }
  }
}
