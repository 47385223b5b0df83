/// An event of a server-sent event stream.
struct ServerEvent: Equatable, Sendable {
  /// `message` unless the stream names it.
  var event = "message"
  /// The stream's last id so far.
  var id: String?
  /// The data's lines, joined by newlines.
  var data: [UInt8] = []
}

/// Reads an event stream that comes in pieces of any size, as
/// https://html.spec.whatwg.org/multipage/server-sent-events.html defines it.
struct EventStreamParser {
  /// A line that is longer is not one of ours.
  static let lineLimit = 64 << 20

  private var line: [UInt8] = []
  private var isAfterReturn = false
  private var isFirstLine = true
  private var event: String?
  private var id: String?
  private var data: [UInt8]?

  /// The events that `bytes` complete. Throws where a line is too long to be meant.
  mutating func take(_ bytes: [UInt8]) throws(CommandFailure) -> [ServerEvent] {
    var events: [ServerEvent] = []
    var rest = bytes[...]
    if isAfterReturn, rest.first == 0x0A { rest = rest.dropFirst() }
    if !bytes.isEmpty { isAfterReturn = false }
    while let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
      line += rest[..<end]
      endLine(&events)
      var next = end + 1
      if rest[end] == 0x0D {
        if next == rest.endIndex { isAfterReturn = true } else if rest[next] == 0x0A { next += 1 }
      }
      rest = rest[next...]
    }
    line += rest
    guard line.count <= Self.lineLimit else { throw CommandFailure("the server's event stream makes no sense") }
    return events
  }

  private mutating func endLine(_ events: inout [ServerEvent]) {
    defer { line.removeAll(keepingCapacity: true) }
    if isFirstLine {
      isFirstLine = false
      if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    }
    guard !line.isEmpty else { return dispatch(&events) }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    field(String(decoding: line[..<colon], as: UTF8.self), value)
  }

  private mutating func field(_ name: String, _ value: ArraySlice<UInt8>) {
    switch name {
    case "event": event = String(decoding: value, as: UTF8.self)
    case "id": if !value.contains(0) { id = String(decoding: value, as: UTF8.self) }
    case "data":
      if data != nil { data?.append(0x0A) }
      data = (data ?? []) + value
    default: break
    }
  }

  private mutating func dispatch(_ events: inout [ServerEvent]) {
    if let data { events.append(ServerEvent(event: event ?? "message", id: id, data: data)) }
    event = nil
    data = nil
  }
}
