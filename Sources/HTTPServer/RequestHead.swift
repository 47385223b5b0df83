/// A request's header fields, checked as strictly as the library's parser is lax.
struct RequestHead {
  /// How the body is delimited.
  enum Framing: Hashable {
    case none
    case length(UInt64)
    case chunked
  }

  var headers = HTTPHeaders()
  var framing = Framing.none
  /// The client waits for `100 Continue` before it sends the body.
  var expectsContinue = false

  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// Checks the method and the fields; `isVersion11` is false for HTTP/1.0.
  init(method: Bytes, isVersion11: Bool, fields: some Sequence<(name: Bytes, value: Bytes)>) throws(RequestRefusal) {
    guard !method.isEmpty, method.allSatisfy(Self.isToken) else { throw .badRequest("The method is not a token.") }
    var parsed: [(name: String, value: String)] = []
    for field in fields { parsed.append(try Self.field(field.name, field.value)) }
    headers = HTTPHeaders(parsed)
    try checkHost(isVersion11: isVersion11)
    framing = try frame(isVersion11: isVersion11)
    expectsContinue = isVersion11 && framing != .none && headers["Expect"]?.lowercased() == "100-continue"
  }

  private static func field(_ name: Bytes, _ value: Bytes) throws(RequestRefusal) -> (name: String, value: String) {
    guard !name.isEmpty, name.allSatisfy(isToken) else {
      throw .badRequest("The name of a header field is not a token.")
    }
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
      throw .badRequest("The value of a header field holds a control character.")
    }
    var end = value.endIndex
    while end > 0, value[end - 1] == 0x20 || value[end - 1] == 0x09 { end -= 1 }
    return (name: String(decoding: name, as: UTF8.self), value: String(decoding: value[..<end], as: UTF8.self))
  }

  private func checkHost(isVersion11: Bool) throws(RequestRefusal) {
    let hosts = headers.all("Host")
    guard hosts.count <= 1 else { throw .badRequest("There is more than one Host field.") }
    guard !hosts.isEmpty || !isVersion11 else { throw .badRequest("The Host field is missing.") }
  }

  private func frame(isVersion11: Bool) throws(RequestRefusal) -> Framing {
    let codings = headers.all("Transfer-Encoding")
    let lengths = headers.all("Content-Length")
    if !codings.isEmpty {
      guard lengths.isEmpty else { throw .badRequest("There are both Content-Length and Transfer-Encoding.") }
      guard isVersion11 else { throw .badRequest("Transfer-Encoding is not part of version 1.0.") }
      guard codings.count == 1, codings[0].lowercased() == "chunked" else {
        throw .badRequest("The only transfer coding understood is chunked.")
      }
      return .chunked
    }
    guard let length = lengths.first else { return .none }
    guard lengths.count == 1 else { throw .badRequest("There is more than one Content-Length.") }
    guard !length.isEmpty, length.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let bytes = UInt64(length) else {
      throw .badRequest("Content-Length is not a number.")
    }
    return bytes == 0 ? .none : .length(bytes)
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
