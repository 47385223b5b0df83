internal import Crypto
internal import HTTPServer
internal import Routing

/// Names and values in queries and forms (`application/x-www-form-urlencoded`).
enum QueryText {
  /// A value for a query.
  static func encode(_ text: String) -> String { PercentEncoding.segment(text) }

  /// The path and query of pairs; pairs without a value are left out.
  static func target(_ path: String, _ pairs: [(String, String?)]) -> String {
    let query = pairs.compactMap { name, value in value.map { "\(name)=\(encode($0))" } }
    return query.isEmpty ? path : path + "?" + query.joined(separator: "&")
  }

  /// The fields of a form's body. Text that is not UTF-8 is taken with replacement characters.
  static func fields(_ body: [UInt8]) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in body.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first else { continue }
      fields[decode(name)] = parts.count == 2 ? decode(parts[1]) : ""
    }
    return fields
  }

  private static func decode(_ bytes: ArraySlice<UInt8>) -> String {
    var decoded: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        guard rest.count >= 2,
          let value = Hexadecimal.bytes(String(decoding: rest.prefix(2), as: UTF8.self))?.first
        else {
          decoded.append(byte)
          continue
        }
        decoded.append(value)
        rest = rest.dropFirst(2)
      default: decoded.append(byte)
      }
    }
    return String(decoding: decoded, as: UTF8.self)
  }
}

extension RouteRequest {
  /// The fields of the request's form.
  func form(limit: Int = 64 << 10) async throws -> [String: String] {
    QueryText.fields(try await http.body.collect(upTo: limit))
  }
}
