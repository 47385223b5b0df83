public import Files

/// A request as the server read it: its head, and its body as a stream.
public struct HTTPRequest: Sendable {
  /// `GET`, `POST`, ...; as sent, upper case is not forced.
  public var method: String
  /// The request target as sent, undecoded, with its query.
  public var target: String
  /// The path's segments, percent-decoded one by one; `/a/b%2Fc` is `["a", "b/c"]`. Never holds `..`, `.` or NUL:
  /// such a request is refused before a handler sees it.
  public var pathSegments: [String]
  /// The query's pairs in order, percent-decoded.
  public var query: [(name: String, value: String)]
  /// The header fields.
  public var headers: HTTPHeaders
  /// The peer's address, for logs.
  public var remoteAddress: String
  /// The body; empty for most requests.
  public var body: HTTPBody
  /// False once it is known that the client has closed the connection, so that an answer would be lost. Asks the
  /// system; true does not mean that an answer arrives.
  public var isClientThere: @Sendable () -> Bool

  /// A request; made by the server, and by tests of handlers.
  public init(
    method: String, target: String, pathSegments: [String], query: [(name: String, value: String)] = [],
    headers: HTTPHeaders = [:], remoteAddress: String = "", body: HTTPBody = .empty,
    isClientThere: @escaping @Sendable () -> Bool = { true }
  ) {
    self.isClientThere = isClientThere
    self.method = method
    self.target = target
    self.pathSegments = pathSegments
    self.query = query
    self.headers = headers
    self.remoteAddress = remoteAddress
    self.body = body
  }

  /// The first value of a query parameter.
  public func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

/// Header fields in order; names compare without regard to case.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
  /// The fields.
  public private(set) var fields: [(name: String, value: String)]

  /// Fields in order.
  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  /// Fields in order.
  public init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { (name: $0, value: $1) } }

  /// The first value of a field; setting replaces all, nil removes.
  public subscript(_ name: String) -> String? {
    get { fields.first { Self.equal($0.name, name) }?.value }
    set {
      fields.removeAll { Self.equal($0.name, name) }
      if let newValue { fields.append((name: name, value: newValue)) }
    }
  }

  /// All values of a field.
  public func all(_ name: String) -> [String] { fields.filter { Self.equal($0.name, name) }.map(\.value) }

  /// Adds a field and keeps those of the same name.
  public mutating func add(_ name: String, _ value: String) { fields.append((name: name, value: value)) }

  private static func equal(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
      && zip(left.utf8, right.utf8).allSatisfy { a, b in a == b || lower(a) == lower(b) }
  }

  private static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 32 : byte }
}

/// A request's body, read once and in order.
public struct HTTPBody: Sendable {
  private let read: @Sendable () async throws -> [UInt8]?

  /// A body whose `next` is `read`: nil at the end.
  public init(_ read: @escaping @Sendable () async throws -> [UInt8]?) { self.read = read }

  /// No body.
  public static let empty = HTTPBody { nil }

  /// The next bytes; nil at the end. Throws `HTTPBodyError` when the client goes away.
  public func next() async throws -> [UInt8]? { try await read() }

  /// The whole body, refused with `HTTPBodyError.tooLarge` past `limit` bytes.
  public func collect(upTo limit: Int) async throws -> [UInt8] {
    var all: [UInt8] = []
    while let bytes = try await next() {
      guard bytes.count <= limit - all.count else { throw HTTPBodyError.tooLarge(limit: limit) }
      all.append(contentsOf: bytes)
    }
    return all
  }
}

/// Why a body could not be read.
public enum HTTPBodyError: Error, Sendable, Hashable {
  /// More bytes than allowed.
  case tooLarge(limit: Int)
  /// The client went away before its end.
  case disconnected
}

/// An answer.
public struct HTTPResponse: Sendable {
  /// The status code.
  public var status: Int
  /// Fields beside `Content-Length`, `Transfer-Encoding`, `Connection` and `Date`, which the server adds.
  public var headers: HTTPHeaders
  /// The content.
  public var content: HTTPContent

  /// An answer.
  public init(status: Int, headers: HTTPHeaders = [:], content: HTTPContent = .none) {
    self.status = status
    self.headers = headers
    self.content = content
  }
}

/// The content of an answer.
public enum HTTPContent: Sendable {
  /// Nothing.
  case none
  /// These bytes.
  case bytes([UInt8])
  /// `count` bytes of `file` from `offset`, sent by the kernel where it can. A file that turns out shorter stalls the
  /// answer until the idle timeout cuts it.
  case file(FileDescriptor, offset: Int64, count: Int64)
  /// Whatever the function writes until it returns, without a length. When it throws, the connection is cut so that
  /// the client sees an incomplete answer. The task is cancelled when the client goes away. The request's body must
  /// have been read before: what is left of it is dropped once the handler has answered.
  case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
  /// Exactly `count` bytes that the function writes, in the way of `stream`. Fewer cut the connection, more are an error
  /// of the function.
  case sizedStream(count: Int64, @Sendable (HTTPBodyWriter) async throws -> Void)
  /// The end of HTTP on this connection, with status 101 and a field `Upgrade` to a request of HTTP/1.1: the function
  /// has the connection until it returns, or never is called where the client has gone. Its task is cancelled when the
  /// server stops, and the connection is closed `stopGrace` later.
  case upgrade(@Sendable (UpgradedConnection) async -> Void)
}

/// Where a streamed answer is written.
public struct HTTPBodyWriter: Sendable {
  private let send: @Sendable ([UInt8]) async throws -> Void

  /// A writer whose `write` is `send`.
  public init(_ send: @escaping @Sendable ([UInt8]) async throws -> Void) { self.send = send }

  /// Sends bytes; suspends while the client is slower. A client that has gone is noticed by the second write after it
  /// has, so a stream that is often silent needs heartbeats. Throws `HTTPBodyError.disconnected` when it has gone.
  public func write(_ bytes: [UInt8]) async throws { try await send(bytes) }
}

/// Answers requests. Begins on one of the server's network threads, which it leaves at its first suspension for Swift's
/// cooperative pool: an answer that needs no waiting costs no change of threads. So it must not block, as anywhere in a
/// task, and long computations belong on other threads.
public typealias HTTPHandler = @Sendable (HTTPRequest) async -> HTTPResponse
