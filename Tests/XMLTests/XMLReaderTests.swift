import Testing
import XML

/// Writes down what it hears.
private final class Journal: XMLHandler {
  var events: [String] = []
  var stopsAt: String?
  var bytes = 0

  func began(_ element: String, _ attributes: [String: String]) -> Bool {
    events.append("<\(element)\(attributes.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined())>")
    return element != stopsAt
  }
  func ended() { events.append("</>") }
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes += bytes.count
    if self.bytes < 1000 { events.append(String(decoding: bytes, as: UTF8.self)) }
  }
}

private func read(_ text: String, _ journal: Journal = Journal(), pieces: Int = 1 << 20) throws -> [String] {
  guard var reader = XMLReader(journal) else { throw XMLProblem("no memory", line: 0) }
  var rest = Array(text.utf8)[...]
  var isWanted = true
  while !rest.isEmpty, isWanted {
    isWanted = try reader.read(Array(rest.prefix(pieces)))
    rest = rest.dropFirst(pieces)
  }
  try reader.finish()
  return journal.events
}

@Suite struct `An XML document` {
  @Test(arguments: [1, 2, 5, 1000]) func `is told part by part`(pieces: Int) throws {
    let text = #"<?xml version="1.0"?><a x="1 &lt; 2"><b/>t&amp;t<![CDATA[<c>]]></a>"#
    let events = try read(text, pieces: pieces)
    #expect(events.first == "<a x=1 < 2>")
    #expect(events.joined() == "<a x=1 < 2><b></>t&t<c></>")
  }

  @Test func `is left where nobody wants more`() throws {
    let journal = Journal()
    journal.stopsAt = "b"
    #expect(try read("<a><b><c/></b></wrong>", journal) == ["<a>", "<b>"])
  }

  @Test(arguments: [
    ("<a><b></a>", 1, "mismatched tag"),
    ("<a>\n<b>", 2, "no element found"),
    ("", 1, "no element found"),
    ("\n\nnothing", 3, "syntax error"),
    ("<a>\u{1}</a>", 1, "not well-formed"),
    ("<a>&undefined;</a>", 1, "undefined entity"),
    (#"<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>"#, 1, "document type"),
    (#"<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>"#, 1, "document type"),
    (String(repeating: "<a>", count: 101), 1, "nested deeper than 100"),
    ("<a x=\"" + String(repeating: "y", count: 3 << 20), 1, "longer than 1 MiB"),
  ])
  func `that is wrong is refused with its line`(text: String, line: Int, detail: String) {
    let problem = #expect(throws: XMLProblem.self) { try read(text) }
    #expect(problem?.line == line)
    #expect(problem?.detail.contains(detail) == true, "\(problem?.detail ?? "")")
  }

  @Test func `of any size is read`() throws {
    let journal = Journal()
    _ = try read("<a>" + String(repeating: "text ", count: 1_000_000) + "</a>", journal)
    #expect(journal.bytes == 5_000_000)
  }
}
