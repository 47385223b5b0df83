import HTTPServer
import Model
import Testing

@testable import Routing

private func json(_ write: (inout JSONWriter) -> Void) -> String {
  var writer = JSONWriter()
  write(&writer)
  return String(decoding: writer.bytes, as: UTF8.self)
}

@Suite struct JSONTests {
  @Test func `commas come where they belong`() {
    let text = json { writer in
      writer.beginObject()
      writer.field("a", 1)
      writer.key("b")
      writer.beginArray()
      writer.beginObject()
      writer.endObject()
      writer.null()
      writer.boolean(true)
      writer.endArray()
      writer.field("c", String?.none)
      writer.field("d", Timestamp(milliseconds: 1))
      writer.field("e", ["x", "y"])
      writer.endObject()
    }
    #expect(text == #"{"a":1,"b":[{},null,true],"c":null,"d":"1970-01-01T00:00:00.001Z","e":["x","y"]}"#)
  }

  @Test(arguments: [
    ("", #""""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t\u{0}\u{1F}", #""\n\r\t\u0000\u001f""#), ("é😀", #""é😀""#),
    ("\u{7F}</script>", "\"\u{7F}</script>\""),
  ])
  func `texts are escaped`(text: String, expected: String) {
    #expect(json { $0.string(text) } == expected)
  }

  @Test(arguments: [
    ([0x61, 0xFF, 0x62], "a\u{FFFD}b"), ([0xE2, 0x82], "\u{FFFD}"), ([0xC0, 0x80], "\u{FFFD}\u{FFFD}"),
  ])
  func `invalid UTF-8 becomes U+FFFD`(bytes: [UInt8], text: String) {
    #expect(json { $0.string(utf8: bytes) } == "\"\(text)\"")
  }

  @Test(arguments: [Int64.min, -1, 0, 7, 1_000_000, Int64.max])
  func `integers are written in decimal`(value: Int64) {
    #expect(json { $0.integer(value) } == String(value))
  }

  @Test(
    arguments: [
      ("null", .null), (" [1, -2.5e1, true] ", .array([.integer(1), .number(-25), .boolean(true)])),
      (#"{"a":{"b":"c"}}"#, .object([JSONMember("a", .object([JSONMember("b", .string("c"))]))])),
      (#""\u00e9\ud83d\ude00\n\/\"""#, .string("é😀\n/\"")), ("-0", .integer(0)),
      ("9223372036854775808", .number(9.223372036854775808e18)), ("[]", .array([])), ("{}", .object([])),
    ] as [(String, JSONValue)])
  func `JSON is read`(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text.utf8)) == value)
  }

  @Test(arguments: [
    "", " ", "{", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "01", "1.", "+1", ".5", "1e", "--1", "nul", "truex",
    "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"a\nb\"", "1 2", "NaN",
    "{\"a\":1,\"a\":2}", "1e999", "'a'", "{\"a\":1 \"b\":2}", "\u{FEFF}1", "\"\\u{41}\"", "-",
  ])
  func `what is not JSON is refused`(text: String) {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(text.utf8)) }
  }

  @Test func `hostile JSON is refused`() {
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
    let deep = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(deep) }
    let closed = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(throws: Never.self) { try JSONParser.parse(Array(closed.utf8)) }
  }

  @Test func `everything that is wrong with a body is told at once`() throws {
    var fields = try JSONFields(
      JSONParser.parse(Array(#"{"a":1,"tags":["x",2],"n":"1","mis/spelt":true,"b":"\u0000"}"#.utf8)))
    _ = fields.requiredString("manifest")
    _ = fields.string("a")
    _ = fields.strings("tags")
    _ = fields.integer("n")
    _ = fields.string("b")
    let problem = #expect(throws: Problem.self) { try fields.finish() }
    #expect(problem?.status == 422)
    #expect(problem?.errors.map(\.pointer) == ["/manifest", "/a", "/tags/1", "/n", "/b", "/mis~1spelt"])
  }

  @Test func `members are read by type, absent and null ones as nil`() throws {
    var fields = try JSONFields(
      JSONParser.parse(Array(#"{"a":"x","b":true,"c":7,"d":["y"],"e":null,"g":7.0}"#.utf8)))
    #expect(fields.requiredString("a") == "x")
    #expect(fields.boolean("b") == true)
    #expect(fields.integer("c") == 7)
    #expect(fields.integer("g") == 7)
    #expect(fields.strings("d") == ["y"])
    #expect(fields.string("e") == nil)
    #expect(fields.string("f") == nil)
    try fields.finish()
  }

  @Test(arguments: [
    ("application/json", "{", 400), ("text/plain", "{}", 415), ("application/json; charset=utf-8", "[]", 422),
    ("application/x-www-form-urlencoded", "{}", 415), ("application/json", "", 400),
    ("application/json", "\"" + String(repeating: "a", count: 200) + "\"", 413),
  ])
  func `a wrong body is refused`(type: String, body: String, status: Int) async {
    let route = Route("POST", "/", access: .open) { request in
      _ = try await request.http.jsonFields(limit: 100)
      return .text("read")
    }
    let router = Router(routes: [route]) { _ in nil }
    let response = await router.respond(to: .make("POST", "/", ["Content-Type": type], body: body))
    #expect(response.status == status)
    #expect(response.headers["Content-Type"] == "application/problem+json")
  }

  @Test func `a body that is announced as too large is not read`() async {
    var announced = HTTPRequest.make("POST", "/", ["Content-Type": "application/json", "Content-Length": "101"])
    announced.body = HTTPBody {
      Issue.record("the body was read")
      return nil
    }
    let request = announced
    let error = await #expect(throws: HTTPBodyError.self) { _ = try await request.json(limit: 100) }
    #expect(error == .tooLarge(limit: 100))
  }
}
