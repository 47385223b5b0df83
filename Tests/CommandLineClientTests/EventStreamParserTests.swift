import Testing

@testable import CommandLineClient

private func event(_ event: String, _ data: String, id: String? = nil) -> ServerEvent {
  ServerEvent(event: event, id: id, data: Array(data.utf8))
}

private let cases: [(String, [ServerEvent])] = [
  ("data: a\n\n", [event("message", "a")]),
  ("event: log\nid: 7\ndata: {\"x\":1}\n\n", [event("log", "{\"x\":1}", id: "7")]),
  ("data: a\ndata: b\n\n", [event("message", "a\nb")]),
  ("data:a\r\ndata:  b\r\n\r\n", [event("message", "a\n b")]),
  ("data: a\r\rdata: b\r\r", [event("message", "a"), event("message", "b")]),
  (": heartbeat\n\nevent: x\n\ndata: a\n\n", [event("message", "a")]),
  ("id: 1\ndata: a\n\ndata: b\n\n", [event("message", "a", id: "1"), event("message", "b", id: "1")]),
  ("id: 1\ndata\n\n", [event("message", "", id: "1")]),
  ("\u{FEFF}data: a\n\n", [event("message", "a")]),
  ("data: incomplete\n", []),
  ("retry: 10\nunknown: x\ndata: é😀\n\n", [event("message", "é😀")]),
  ("id: a\0b\ndata: x\n\n", [event("message", "x")]),
]

@Suite struct `An event stream` {
  @Test(arguments: cases)
  func `is read whole`(text: String, events: [ServerEvent]) throws {
    var parser = EventStreamParser()
    #expect(try parser.take(Array(text.utf8)) == events)
  }

  @Test(arguments: cases, [1, 2, 3])
  func `is read in pieces of any size`(it: (String, [ServerEvent]), size: Int) throws {
    var parser = EventStreamParser()
    let bytes = Array(it.0.utf8)
    var events: [ServerEvent] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      events += try parser.take(Array(bytes[start..<min(start + size, bytes.count)]))
    }
    #expect(events == it.1)
  }
}
