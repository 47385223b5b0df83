internal import Concurrency
internal import Crypto
public import Files
internal import HTTPClient

/// What is to be an object. It can be sent more than once.
public enum ObjectBody: Sendable {
  /// These bytes.
  case bytes([UInt8])
  /// `count` bytes of `file` from `offset`, read as they are sent.
  case file(FileDescriptor, offset: Int64, count: Int64)

  /// Bytes.
  public var count: Int64 {
    switch self {
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, _, let count): count
    }
  }

  var request: HTTPClientRequestBody {
    switch self {
    case .bytes(let bytes): .bytes(bytes)
    case .file(let file, let offset, let count): .file(file, offset: offset, count: count)
    }
  }
}

/// What is said of a body, so that the bucket finds out whether it came as it was sent.
public struct ObjectChecks: Sendable {
  /// 64 hexadecimal digits; the signature covers the body then.
  public var sha256: String?
  /// 16 bytes.
  public var md5: [UInt8]?

  /// Checks.
  public init(sha256: String? = nil, md5: [UInt8]? = nil) {
    self.sha256 = sha256
    self.md5 = md5
  }
}

extension BucketClient {
  /// Stores an object, in the place of one that is there. Durable on return.
  public func put(
    _ key: String, _ body: ObjectBody, type: String = "application/octet-stream", checks: ObjectChecks = ObjectChecks()
  ) async throws {
    var request = request("PUT", key, "uploading \(key)")
    request.headers = ["Content-Type": type]
    if let md5 = checks.md5 { request.headers.add("Content-MD5", Base64.string(md5)) }
    request.sha256 = checks.sha256
    request.body = body.request
    _ = try await answer(request)
    count { $0.sentBytes += body.count }
  }

  /// The size of an object in bytes; nil where there is none. Who may not list the bucket is told by some of them that
  /// an object that is not there is forbidden: that throws.
  public func size(of key: String, patience: Duration? = nil) async throws -> Int64? {
    var request = request("HEAD", key, "asking for \(key)")
    request.taken = [404]
    request.patience = patience ?? options.readPatience
    let found = try await answer(request)
    if found.status == 404 { return nil }
    return found.headers["Content-Length"].flatMap(Int64.init) ?? 0
  }

  /// The bytes of an object from `offset`, at most `limit`, and its whole size; nil where there is no such object. Empty
  /// past its end.
  public func read(
    _ key: String, from offset: Int64, limit: Int
  ) async throws -> (bytes: [UInt8], size: Int64)? {
    var request = request("GET", key, "reading \(key)")
    request.headers = ["Range": "bytes=\(offset)-\(offset + Int64(max(1, limit)) - 1)"]
    request.taken = [404, 416]
    request.patience = options.readPatience
    let found = try await send(request) { response in
      let isObject = (200...299).contains(response.status)
      return (response.status, response.headers, try await response.body.collect(upTo: isObject ? limit : 1 << 16))
    }
    switch found.0 {
    // A bucket that is not there answers in the same way; `check` tells them apart.
    case 404: return nil
    case 416: return ([], Self.wholeSize(found.1) ?? 0)
    default:
      let bytes = found.2
      count { $0.receivedBytes += Int64(bytes.count) }
      return (bytes, Self.wholeSize(found.1) ?? Int64(bytes.count))
    }
  }

  /// Calls `take` with `count` bytes of an object from `offset`, as they come and no faster than it takes them. Where the
  /// connection breaks, the rest is asked for anew, so the object must be one that never changes. Throws `.notFound`
  /// where the object is not there or shorter.
  public func stream(
    _ key: String, from offset: Int64, count: Int64, _ take: @Sendable ([UInt8]) async throws -> Void
  ) async throws {
    let progress = Lock(offset)
    let end = offset + count
    while true {
      let from = progress.withLock { $0 }
      if from >= end { return }
      var request = request("GET", key, "reading \(key)")
      request.headers = ["Range": "bytes=\(from)-\(end - 1)"]
      request.patience = options.readPatience
      request.taken = [416]
      let isWhole = try await send(request) { response in
        do { return try await pass(response, to: take, progress) } catch let error as HTTPClientError {
          // What came before it broke is taken: another request asks for the rest.
          if progress.withLock({ $0 }) > from { return true }
          throw error
        }
      }
      if !isWhole || progress.withLock({ $0 }) == from {
        throw ObjectStorageError(.notFound, "reading \(key): it has no byte \(from) in \(address)")
      }
    }
  }

  /// False where the answer is not what was asked for.
  private func pass(
    _ response: HTTPClientResponse, to take: @Sendable ([UInt8]) async throws -> Void, _ progress: Lock<Int64>
  ) async throws -> Bool {
    guard (200...299).contains(response.status), Self.start(response.headers) == progress.withLock({ $0 }) else {
      return false
    }
    for try await bytes in response.body {
      try await take(bytes)
      progress.withLock { $0 += Int64(bytes.count) }
      self.count { $0.receivedBytes += Int64(bytes.count) }
    }
    return true
  }

  /// Removes an object. An absent one is fine.
  public func delete(_ key: String) async throws {
    var request = request("DELETE", key, "deleting \(key)")
    request.taken = [404]
    let answer = try await answer(request)
    if answer.status == 404, BucketAnswer(answer.body).fields["Code"] == "NoSuchBucket" {
      throw BucketRefusal(
        status: 404, code: "NoSuchBucket", words: "status 404 NoSuchBucket", what: request.what, address: address
      ).error
    }
  }

  func request(_ method: String, _ key: String, _ what: String, query: [(name: String, value: String)] = [])
    -> BucketRequest
  {
    BucketRequest(method, address.url(key, query: query), what)
  }

  /// Where the bytes of an answer begin. The status does not tell: some say 200 to a part.
  private static func start(_ headers: HTTPClientHeaders) -> Int64? {
    guard let range = headers["Content-Range"] else { return 0 }
    return range.split { $0 == " " || $0 == "-" }.dropFirst().first.flatMap { Int64($0) }
  }

  /// What `Content-Range: bytes 0-9/100` says of the whole.
  private static func wholeSize(_ headers: HTTPClientHeaders) -> Int64? {
    headers["Content-Range"].flatMap { $0.split(separator: "/").last }.flatMap { Int64($0) }
  }
}
