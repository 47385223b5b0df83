/// A request's target, checked and taken apart.
struct RequestTarget {
  var raw: String
  var pathSegments: [String]
  var query: [(name: String, value: String)]

  /// Reads `/path?query`, `http://host/path?query`, or `*`.
  init(parsing bytes: UnsafeBufferPointer<UInt8>) throws(RequestRefusal) {
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw .badRequest("The target holds a byte that must be percent-encoded.")
    }
    raw = String(decoding: bytes, as: UTF8.self)
    let relative = try Self.withoutAuthority(bytes)
    let end = relative.firstIndex(of: UInt8(ascii: "?"))
    pathSegments = try Self.segments(relative[..<(end ?? relative.endIndex)])
    query = try end.map { end throws(RequestRefusal) in try Self.pairs(relative[(end + 1)...]) } ?? []
  }

  typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

  private static func withoutAuthority(_ bytes: UnsafeBufferPointer<UInt8>) throws(RequestRefusal) -> Bytes {
    if bytes.first == UInt8(ascii: "/") { return bytes[...] }
    if bytes.count == 1, bytes.first == UInt8(ascii: "*") { return bytes[1...] }
    // The absolute form, which a server must understand although only proxies are sent it.
    for scheme in ["http://", "https://"] where bytes.count > scheme.utf8.count {
      guard bytes.prefix(scheme.utf8.count).elementsEqual(scheme.utf8) else { continue }
      let rest = bytes[scheme.utf8.count...]
      return rest.drop { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    }
    throw .badRequest("The target does not begin with a slash.")
  }

  private static func segments(_ path: Bytes) throws(RequestRefusal) -> [String] {
    var segments: [String] = []
    var rest = path.dropFirst(path.first == UInt8(ascii: "/") ? 1 : 0)
    if rest.isEmpty { return [] }
    while true {
      let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
      segments.append(try segment(rest[rest.startIndex..<end]))
      if end == rest.endIndex { return segments }
      rest = rest[(end + 1)...]
    }
  }

  private static func segment(_ bytes: Bytes) throws(RequestRefusal) -> String {
    let decoded = try decode(bytes, plusIsSpace: false)
    // An encoded slash may hide a parent folder inside one segment.
    if decoded.utf8.first == UInt8(ascii: ".") || decoded.utf8.contains(UInt8(ascii: "/")) {
      let parts = decoded.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      if parts.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) {
        throw .badRequest("The path holds a . or .. segment.")
      }
    }
    return decoded
  }

  private static func pairs(_ query: Bytes) throws(RequestRefusal) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for pair in query.split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let name = try decode(pair[pair.startIndex..<equals], plusIsSpace: true)
      pairs.append((name: name, value: try decode(pair[equals...].dropFirst(), plusIsSpace: true)))
    }
    return pairs
  }

  /// Percent-decodes to text. NUL and text that is not UTF-8 are refused.
  private static func decode(_ bytes: Bytes, plusIsSpace: Bool) throws(RequestRefusal) -> String {
    guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") && plusIsSpace }) else {
      return String(decoding: bytes, as: UTF8.self)
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      var byte = bytes[index]
      if byte == UInt8(ascii: "%") {
        guard index + 2 < bytes.endIndex, let high = hexadecimal(bytes[index + 1]),
          let low = hexadecimal(bytes[index + 2])
        else { throw .badRequest("The target holds a % that two hexadecimal digits do not follow.") }
        byte = high << 4 | low
        index += 2
      } else if byte == UInt8(ascii: "+"), plusIsSpace {
        byte = 0x20
      }
      guard byte != 0 else { throw .badRequest("The target holds %00.") }
      decoded.append(byte)
      index += 1
    }
    guard let text = String(validating: decoded, as: UTF8.self) else {
      throw .badRequest("The target does not decode to UTF-8.")
    }
    return text
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
