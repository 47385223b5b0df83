internal import Concurrency
internal import HTTPClient
internal import HTTPServer

/// The body of a request that is handed on, perhaps in several attempts: what was read of it and not sent stays for the
/// next one. One task uses it.
final class RequestBody {
  /// A body of at most so many bytes is read before it is sent, so that it can be sent again.
  private static let keptLimit: Int64 = 64 << 10

  private let body: HTTPBody
  private let hasBody: Bool
  private let declared: Int64?
  /// All of it, where it is small.
  private var kept: [UInt8]?
  /// A piece that was read and not taken.
  private var pending: [UInt8]?
  /// True once bytes have left for somebody.
  private(set) var isSpent = false

  init(_ request: HTTPRequest) {
    body = request.body
    declared = request.headers["Content-Length"].flatMap { Int64($0) }
    hasBody = request.headers["Transfer-Encoding"] != nil || (declared ?? 0) > 0
  }

  /// Sends the request with the body, by `send`, and returns its answer.
  func sent(
    by send: @Sendable @escaping (HTTPClientRequestBody) async throws -> HTTPClientResponse
  ) async throws -> HTTPClientResponse {
    guard hasBody else { return try await send(.none) }
    if let declared, declared <= Self.keptLimit {
      let bytes = try await whole(Int(declared))
      return try await send(.bytes(bytes))
    }
    let upload = HTTPClientUpload()
    async let answer = send(.stream(upload))
    do {
      while let piece = try await next() {
        pending = piece
        try await upload.write(piece)
        pending = nil
        isSpent = true
      }
      upload.finish()
    } catch is CancellationError where !Task.isCancelled {
      // Nobody takes any more of it: the answer says why.
    } catch {
      upload.abandon()
      _ = try? await answer
      throw error
    }
    return try await answer
  }

  /// The body for whoever answers here after all: what was read of it, and then the rest. Not once it is spent.
  var restored: HTTPBody {
    guard let read = kept ?? pending else { return body }
    let first = Lock<[UInt8]?>(read)
    return HTTPBody { [body] in
      let bytes = first.withLock { first in
        defer { first = nil }
        return first
      }
      if let bytes, !bytes.isEmpty { return bytes }
      return try await body.next()
    }
  }

  private func next() async throws -> [UInt8]? {
    if let pending { return pending }
    return try await body.next()
  }

  private func whole(_ count: Int) async throws -> [UInt8] {
    if let kept { return kept }
    let bytes = try await body.collect(upTo: count)
    kept = bytes
    return bytes
  }
}
