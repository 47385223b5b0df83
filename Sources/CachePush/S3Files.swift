internal import ObjectStorage

/// Files in a bucket.
struct S3Files: CacheFiles {
  private let bucket: BucketClient

  init(_ place: S3Place, options: PushOptions, kept: Int, log: @escaping @Sendable (String) -> Void) {
    bucket = BucketClient(
      place.address, place.credentials, BucketClient.Options(keptConnections: kept, log: log, pause: options.pause))
  }

  func has(_ name: String) async throws -> Bool {
    do {
      // A bucket that is not there at the beginning is not waited for as long as one that goes away.
      return try await bucket.size(of: name, patience: .seconds(name == "nix-cache-info" ? 20 : 90)) != nil
    } catch let error as ObjectStorageError {
      // Who may not list the bucket is not told that something is missing.
      if error.kind == .denied { return false }
      throw PushError(error)
    }
  }

  func put(_ name: String, _ bytes: [UInt8], md5: [UInt8]?, type: String) async throws {
    try await saying { try await bucket.put(name, .bytes(bytes), type: type, checks: ObjectChecks(md5: md5)) }
  }

  func put<Parts: AsyncSequence & Sendable>(_ name: String, parts: Parts, type: String) async throws
  where Parts.Element == NarPart {
    let upload = try await saying { try await bucket.beginUpload(name, type: type) }
    do {
      let sent = try await sendParts(parts) { part in
        let checks = ObjectChecks(md5: part.md5)
        let done = try await bucket.uploadPart(upload, part.number, .bytes(part.bytes), checks: checks)
        return SentPart(partNumber: part.number, eTag: done.entityTag)
      }
      try await bucket.complete(upload, sent.map { UploadedPart(number: $0.partNumber, entityTag: $0.eTag) })
    } catch {
      _ = await Task { [bucket] in try? await bucket.abort(upload) }.value
      guard let refusal = error as? ObjectStorageError else { throw error }
      // An upload that the bucket has forgotten can be begun anew.
      if refusal.kind == .notFound { throw TryAgain(reason: .unavailable("\(refusal)")) }
      throw PushError(refusal)
    }
  }

  private func saying<Result>(_ body: () async throws -> Result) async throws -> Result {
    do { return try await body() } catch let error as ObjectStorageError { throw PushError(error) }
  }
}

extension PushError {
  /// What a bucket says, in the words of a push.
  init(_ error: ObjectStorageError) {
    switch error.kind {
    case .denied: self = .denied("the cache does not let us in: \(error)")
    case .invalid, .noBucket, .clockSkew, .notFound: self = .denied("\(error)")
    case .unavailable: self = .unavailable("\(error)")
    case .refused, .unreadable: self = .refused("\(error)")
    }
  }
}
