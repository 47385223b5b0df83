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
    let arrived = try await threads.run { [folder] in try ArrivedParts(request, of: upload.name, in: folder) }
    if request.submission.fileSize <= Store.smallNarLimit {
      let bytes = try await threads.run { try arrived.bytes() }
      try await complete(upload, bytes, request.submission, in: cache)
    } else {
      try await complete(upload, arrived.parts, request.submission, in: cache)
    }
    // The path is there; what stays behind of the upload expires.
    try? await threads.run { arrived.remove() }
  }

  /// Completes a file that came in one piece. One that was completed before is fine.
  func completeStream(_ submission: NarSubmission, in cache: BinaryCache) async throws {
    let uploads = [NarInfo.Compression.zstd, .xz].map { compression in
      NarUpload(
        name: Self.streamName(submission.fileHash, compression, cache), compression: compression, isNamed: false)
    }
    for upload in uploads {
      guard let bytes = smallFiles.file(upload.name) else { continue }
      guard bytes.count == submission.fileSize else {
        throw PushRefusal("\(bytes.count) bytes have come, and cFileSize says \(submission.fileSize)")
      }
      try await complete(upload, bytes, submission, in: cache)
      return smallFiles.remove(upload.name)
    }
    let part = SubmittedPart(number: 1, entityTag: UploadFolder.tag(of: submission.fileHash))
    for upload in uploads where try await threads.run({ [folder] in try folder.has(part, of: upload.name) }) {
      return try await complete(upload, CompletionRequest(parts: [part], submission: submission), in: cache)
    }
    if let there = try await store.cachePath(submission.path.hash, in: cache.id),
      there.fileHash == submission.fileHash
    {
      return
    }
    // Two paths of the same content may have been sent at the same time, and the other one was completed first.
    for upload in uploads
    where try await store.narSize(submission.fileHash, upload.compression, in: cache.id) == submission.fileSize {
      switch try await content(submission.fileHash, size: submission.fileSize) {
      case .small(let bytes): return try await complete(upload, bytes, submission, in: cache)
      case .large(let bytes):
        let file = try await file(of: bytes)
        return try await complete(upload, [ContentPart(file, size: submission.fileSize)], submission, in: cache)
      case nil: continue
      }
    }
    throw PushRefusal("no file with the SHA-256 \(submission.fileHash.hexadecimal) has come; send it first")
  }

  private func complete(
    _ upload: NarUpload, _ bytes: [UInt8], _ submission: NarSubmission, in cache: BinaryCache
  ) async throws {
    let signatures = try await signatures(of: submission, in: cache)
    try await threads.run {
      let inspector = try NarInspector(submission, upload.compression)
      try bytes.withUnsafeBytes { try inspector.take($0) }
      try inspector.accept(sha256: Hexadecimal.string(try SHA256.hash(bytes)))
    }
    try space.claim(Int64(bytes.count))
    let path = path(submission, upload.compression, signatures)
    let addition = try await store.addPath(
      path, content: bytes, to: cache.id, upload: upload.isNamed ? upload.name : nil)
    if addition == .present { directory.forget([path.path.hash], in: cache.id) }
  }

  private func complete(
    _ upload: NarUpload, _ parts: [ContentPart], _ submission: NarSubmission, in cache: BinaryCache
  ) async throws {
    let signatures = try await signatures(of: submission, in: cache)
    let inspector = try NarInspector(submission, upload.compression)
    let content = try await dependencies.artifacts.put(parts, inspector: inspector)
    let path = path(submission, upload.compression, signatures)
    let addition = try await dependencies.contentTurns.withTurn(of: content.sha256) {
      // It may have been deleted between its being stored and this turn.
      if try await !dependencies.artifacts.has(sha256: content.sha256) {
        _ = try await dependencies.artifacts.put(parts, inspector: nil)
      }
      return try await store.addPath(path, to: cache.id, upload: upload.isNamed ? upload.name : nil)
    }
    if addition == .present {
      directory.forget([path.path.hash], in: cache.id)
      dependencies.contentFreed()
    }
  }

  /// Content as a file; a copy without a name where it is none.
  private func file(of bytes: any StoredBytes) async throws -> FileDescriptor {
    if let file = bytes.file { return file }
    let copy = try await threads.run { [folder] in try folder.unnamedFile() }
    let position = Lock<Int64>(0)
    try await bytes.stream(from: 0, count: bytes.size) { [space, threads] piece in
      let offset = position.withLock { $0 }
      try await threads.run {
        try space.claim(Int64(piece.count))
        try copy.write(piece, at: offset)
      }
      position.withLock { $0 += Int64(piece.count) }
    }
    return copy
  }

  private func path(
    _ submission: NarSubmission, _ compression: NarInfo.Compression, _ signatures: [NarSignature]
  ) -> CachePath {
    CachePath(
      path: submission.path, narHash: submission.narHash, narSize: submission.narSize,
      fileHash: submission.fileHash, fileSize: submission.fileSize, compression: compression,
      references: submission.references, deriver: submission.deriver, signatures: signatures, createdAt: now)
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
    let own = try await memory.signatures(of: text, by: directory.cache(named: cache.name) ?? cache)
    guard !own.isEmpty else {
      throw PushRefusal("the cache has no key to sign with; send cSig, made with a key that is registered")
    }
    return own
  }
}
