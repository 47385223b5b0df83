public import Files

/// What a request sends.
public enum HTTPClientRequestBody: Sendable {
  /// Nothing.
  case none
  /// These bytes.
  case bytes([UInt8])
  /// `count` bytes of `file` from `offset`, read as they are sent.
  case file(FileDescriptor, offset: Int64, count: Int64)
  /// What is written to it while the request goes on, of a length that nobody knows before: in chunks. Once.
  case stream(HTTPClientUpload)
}

/// Header fields in order; names compare without regard to case.
public struct HTTPClientHeaders: Sendable, ExpressibleByDictionaryLiteral {
  /// The fields.
  public var fields: [(name: String, value: String)]

  /// Fields in order.
  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  /// Fields in order.
  public init(dictionaryLiteral elements: (String, String)...) { fields = elements.map { (name: $0, value: $1) } }

  /// Adds a field and keeps those of the same name.
  public mutating func add(_ name: String, _ value: String) { fields.append((name: name, value: value)) }

  /// The first value of a field.
  public subscript(_ name: String) -> String? {
    let wanted = name.lowercased()
    return fields.first { $0.name.lowercased() == wanted }?.value
  }
}

/// An answer: its head, and its body as it arrives.
public struct HTTPClientResponse: Sendable {
  /// The status code.
  public let status: Int
  /// The header fields.
  public let headers: HTTPClientHeaders
  /// The body. The transfer ends when the last copy of it goes.
  public let body: HTTPClientBody
}

/// The body of an answer. Read once, by one reader; the server is slowed down to the reader's pace.
public struct HTTPClientBody: AsyncSequence, Sendable {
  /// Bytes as they arrive.
  public typealias Element = [UInt8]

  private let owner: TransferOwner

  init(_ transfer: Transfer) { owner = TransferOwner(transfer) }

  /// Reads on where the last reader stopped.
  public func makeAsyncIterator() -> Iterator { Iterator(owner: owner) }

  /// Reads a body.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let owner: TransferOwner

    /// The next bytes; nil at the end. Throws `HTTPClientError`, or `CancellationError`.
    public mutating func next() async throws -> [UInt8]? { try await owner.transfer.readBody() }
  }

  /// The whole body; `HTTPClientError.Kind.tooLarge` past `limit` bytes.
  public func collect(upTo limit: Int) async throws -> [UInt8] {
    var all: [UInt8] = []
    for try await bytes in self {
      guard bytes.count <= limit - all.count else {
        owner.transfer.cancel()
        throw owner.transfer.error(.tooLarge, "the answer exceeds \(limit) bytes")
      }
      all.append(contentsOf: bytes)
    }
    return all
  }
}

/// Ends a transfer when nobody can read its body any more.
final class TransferOwner: Sendable {
  let transfer: Transfer
  init(_ transfer: Transfer) { self.transfer = transfer }
  deinit { transfer.cancel() }
}
