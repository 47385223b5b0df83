/// Where the server is, and how to say who is calling: `WRIGHT_SERVER` and `WRIGHT_TOKEN`.
struct ServerAddress: Equatable, Sendable {
  static let standard = "http://127.0.0.1:8080"

  /// `http://127.0.0.1:8080`, without a slash at the end.
  var base: String
  /// The API token; nil where none is set.
  var token: String?

  init(environment: [String: String]) throws(CommandFailure) {
    let written = environment["WRIGHT_SERVER"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.standard
    guard written.hasPrefix("http://") || written.hasPrefix("https://"),
      written.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
    else { throw CommandFailure("WRIGHT_SERVER is '\(written)'; write it like \(Self.standard)") }
    base = written
    while base.hasSuffix("/") { base.removeLast() }
    let token = (environment["WRIGHT_TOKEN"] ?? "").filter { !$0.isWhitespace }
    guard token.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
      throw CommandFailure("WRIGHT_TOKEN holds characters that no token has")
    }
    self.token = token.isEmpty ? nil : token
  }

  /// What to do where the server does not accept who is calling.
  var signInAdvice: String {
    let problem = token == nil ? "WRIGHT_TOKEN is not set" : "the server does not accept the token in WRIGHT_TOKEN"
    return "\(problem); the first one is in the server's data folder: "
      + "export WRIGHT_TOKEN=$(cat wright-data/admin-token)"
  }

  /// `text` as a part of a path or query.
  static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
