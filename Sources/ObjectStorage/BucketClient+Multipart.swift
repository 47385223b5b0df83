internal import Crypto
internal import HTTPClient

/// A part of an upload that the bucket has.
public struct UploadedPart: Sendable, Hashable {
  /// Counts from 1.
  public var number: Int
  /// What the bucket calls its content.
  public var entityTag: String

  /// A part.
  public init(number: Int, entityTag: String) {
    self.number = number
    self.entityTag = entityTag
  }
}

/// An upload in parts that is under way.
public struct BucketUpload: Sendable, Hashable {
  /// The object's key.
  public var key: String
  /// The bucket's name for it.
  public var id: String
  /// When it was begun, as the bucket writes it (RFC 3339); nil for one that this process has begun.
  public var begun: String?
}

extension BucketClient {
  /// The least size of a part but the last, in bytes (5 MiB), and how many parts an upload may have.
  public static var partLimits: (least: Int64, count: Int64) { (5 << 20, 10_000) }

  /// Begins an upload in parts. It costs space until it is completed or aborted.
  public func beginUpload(_ key: String, type: String = "application/octet-stream") async throws -> BucketUpload {
    var request = request("POST", key, "uploading \(key)", query: [("uploads", "")])
    request.headers = ["Content-Type": type]
    let answer = try await answer(request)
    guard let id = BucketAnswer(answer.body).fields["UploadId"], !id.isEmpty else {
      throw ObjectStorageError(.refused, "uploading \(key): \(address) names no upload; does it speak S3's protocol?")
    }
    return BucketUpload(key: key, id: id)
  }

  /// Sends part `number`, from 1, in any order.
  public func uploadPart(
    _ upload: BucketUpload, _ number: Int, _ body: ObjectBody, checks: ObjectChecks = ObjectChecks()
  ) async throws -> UploadedPart {
    let what = "uploading part \(number) of \(upload.key)"
    var request = request(
      "PUT", upload.key, what, query: [("partNumber", "\(number)"), ("uploadId", upload.id)])
    request.headers = ["Content-Type": "application/octet-stream"]
    if let md5 = checks.md5 { request.headers.add("Content-MD5", Base64.string(md5)) }
    request.sha256 = checks.sha256
    request.body = body.request
    let answer = try await answer(request)
    guard let tag = answer.headers["ETag"] else {
      throw ObjectStorageError(.refused, "\(what): it was stored without an ETag")
    }
    count { $0.sentBytes += body.count }
    return UploadedPart(number: number, entityTag: tag)
  }

  /// Makes the object of the parts, which are in order. Durable on return. Throws `.notFound` where the bucket does not
  /// know the upload any more, as after a completion whose answer was lost.
  public func complete(_ upload: BucketUpload, _ parts: [UploadedPart]) async throws {
    let what = "uploading \(upload.key)"
    var request = request("POST", upload.key, what, query: [("uploadId", upload.id)])
    let body = Array(BucketAnswer.completion(parts).utf8)
    request.headers = ["Content-Type": "application/xml"]
    request.sha256 = try SHA256.hex(body)
    request.body = .bytes(body)
    var plan = RetryPlan(limit: options.patience)
    while true {
      let answer = try await answer(request)
      // A success may turn into a failure after the status was sent.
      guard let code = BucketAnswer(answer.body).fields["Code"] else { return }
      let refusal = BucketRefusal(status: 500, code: code, words: code, what: what, address: address)
      guard let wait = plan.next(told: nil, random: .random(in: 0...1)) else { throw refusal.error }
      options.log("\(refusal.error); trying again")
      try await options.pause(wait)
    }
  }

  /// Stores an object of `parts` parts, three of which are on their way at once; of one part it is sent whole. `body`
  /// makes each, also more than once. Nobody sees the object before it is whole.
  public func upload(
    _ key: String, size: Int64, parts: Int,
    _ body: @escaping @Sendable (_ index: Int) async throws -> (ObjectBody, ObjectChecks)
  ) async throws {
    if parts == 1 {
      let (whole, checks) = try await body(0)
      return try await put(key, whole, checks: checks)
    }
    let upload = try await beginUpload(key)
    do {
      let sent = try await send(parts, of: upload, body)
      do { try await complete(upload, sent) } catch let error as ObjectStorageError where error.kind == .notFound {
        // The answer to an earlier completion may have been lost.
        guard try await self.size(of: key) == size else { throw error }
      }
    } catch {
      // Also where the task was cancelled. A bucket that does not answer is not waited for: it is swept later.
      await Task { try? await abort(upload, patience: .seconds(2)) }.value
      throw error
    }
  }

  private func send(
    _ count: Int, of upload: BucketUpload, _ body: @escaping @Sendable (Int) async throws -> (ObjectBody, ObjectChecks)
  ) async throws -> [UploadedPart] {
    let partsAtOnce = 3
    return try await withThrowingTaskGroup(of: UploadedPart.self) { group in
      var sent: [UploadedPart] = []
      for index in 0..<count {
        if index >= partsAtOnce, let part = try await group.next() { sent.append(part) }
        group.addTask {
          let (part, checks) = try await body(index)
          return try await self.uploadPart(upload, index + 1, part, checks: checks)
        }
      }
      for try await part in group { sent.append(part) }
      return sent.sorted { $0.number < $1.number }
    }
  }

  /// Throws an upload away, with its parts. An absent one is fine.
  public func abort(_ upload: BucketUpload, patience: Duration? = nil) async throws {
    var request = request(
      "DELETE", upload.key, "giving up the upload of \(upload.key)", query: [("uploadId", upload.id)])
    request.taken = [404]
    request.patience = patience
    _ = try await answer(request)
  }

  /// All uploads under way whose keys begin with `prefix`.
  public func uploads(beginningWith prefix: String) async throws -> [BucketUpload] {
    var found: [BucketUpload] = []
    var markers: [(name: String, value: String)] = []
    while true {
      let query = [("uploads", ""), ("prefix", address.prefix + prefix)] + markers
      var request = BucketRequest("GET", address.bucketURL(query: query), "listing uploads")
      request.patience = options.readPatience
      let answer = BucketAnswer(try await answer(request).body, record: "Upload")
      found += answer.records.compactMap { record in
        guard let key = record["Key"], let id = record["UploadId"], key.hasPrefix(address.prefix) else { return nil }
        return BucketUpload(key: String(key.dropFirst(address.prefix.count)), id: id, begun: record["Initiated"])
      }
      guard answer.fields["IsTruncated"] == "true", let key = answer.fields["NextKeyMarker"], !answer.records.isEmpty
      else { return found }
      markers = [("key-marker", key), ("upload-id-marker", answer.fields["NextUploadIdMarker"] ?? "")]
    }
  }
}
