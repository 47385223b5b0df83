import Concurrency
import Files
import HTTPServer
import Testing

@testable import Routing

extension HTTPRequest {
  /// A request as the server would make it of this target.
  static func make(_ method: String, _ target: String, _ headers: HTTPHeaders = [:], body: String? = nil)
    -> HTTPRequest
  {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let query = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
      let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (name: decode(sides[0]), value: sides.count > 1 ? decode(sides[1]) : "")
    }
    let segments = parts[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(decode)
    let pieces = Lock<[[UInt8]]>(body.map { [Array($0.utf8)] } ?? [])
    return HTTPRequest(
      method: method, target: target, pathSegments: segments, query: query, headers: headers,
      body: HTTPBody { pieces.withLock { $0.isEmpty ? nil : $0.removeFirst() } })
  }

  private static func decode(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension HTTPResponse {
  /// The whole content.
  func bytes() async throws -> [UInt8] {
    switch content {
    case .none, .upgrade: return []
    case .bytes(let bytes): return bytes
    case .file(let file, let offset, let count): return try file.read(count: Int(count), at: offset)
    case .stream(let body), .sizedStream(_, let body):
      let all = Lock<[UInt8]>([])
      try await body(HTTPBodyWriter { bytes in all.withLock { $0 += bytes } })
      return all.withLock { $0 }
    }
  }

  func text() async throws -> String { String(decoding: try await bytes(), as: UTF8.self) }
  func json() async throws -> JSONValue { try JSONParser.parse(try await bytes()) }
}

/// Looking into JSON; what is not there is null.
extension JSONValue {
  subscript(_ name: String) -> JSONValue {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.name == name }?.value ?? .null
  }
  subscript(_ index: Int) -> JSONValue { list.indices.contains(index) ? list[index] : .null }
  var list: [JSONValue] { if case .array(let values) = self { values } else { [] } }
  var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
  var string: String? { if case .string(let value) = self { value } else { nil } }
  var names: [String] { if case .object(let members) = self { members.map(\.name) } else { [] } }
}

enum JSONText {
  static func quote(_ text: String) -> String {
    var writer = JSONWriter()
    writer.string(text)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

/// An event as a client reads it.
struct ReceivedEvent: Equatable, Sendable {
  var name: String
  var id: String?
  var data: JSONValue

  static func parse(_ text: String) throws -> [ReceivedEvent] {
    try text.components(separatedBy: "\n\n").compactMap { block in
      var (name, id, data) = ("", String?.none, "")
      for line in block.split(separator: "\n") {
        if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
        if line.hasPrefix("id: ") { id = String(line.dropFirst(4)) }
        if line.hasPrefix("data: ") { data += line.dropFirst(6) }
      }
      return name.isEmpty ? nil : ReceivedEvent(name: name, id: id, data: try JSONParser.parse(Array(data.utf8)))
    }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts
  }
}

/// A client of an event stream that a test reads while it goes on.
final class StreamClient: Sendable {
  private let received = Lock<[UInt8]>([])
  private let changed = Wakeup()
  private let task: Task<Void, any Error>

  init(_ response: HTTPResponse) throws {
    guard case .stream(let body) = response.content else { throw Unexpected(what: "no stream: \(response.status)") }
    let (received, changed) = (received, changed)
    task = Task {
      defer { changed.signal() }
      try await body(
        HTTPBodyWriter { bytes in
          received.withLock { $0 += bytes }
          changed.signal()
        })
    }
  }

  var events: [ReceivedEvent] {
    get throws { try ReceivedEvent.parse(String(decoding: received.withLock { $0 }, as: UTF8.self)) }
  }

  /// The text of all `log` events so far.
  var logText: String { get throws { try events.compactMap { $0.data["text"].string }.joined() } }

  /// Waits until the events satisfy `condition`.
  func wait(_ condition: ([ReceivedEvent]) -> Bool) async throws -> [ReceivedEvent] {
    while true {
      let events = try events
      if condition(events) { return events }
      await changed.wait()
    }
  }

  /// Waits until the server has closed the stream.
  func finish() async throws -> [ReceivedEvent] {
    try await task.value
    return try events
  }

  func leave() async {
    task.cancel()
    _ = await task.result
  }
}
