/// The part of an address between `//` and the path: `user:password@host:port`.
struct GitAuthority {
  var user: Substring?
  var password: Substring?
  var host: Substring

  init(_ text: Substring, of address: String) throws(GitAddressError) {
    host = text
    if let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) {
      let login = text[..<at]
      host = text[text.utf8.index(after: at)...]
      let colon = login.utf8.firstIndex(of: UInt8(ascii: ":"))
      user = login[..<(colon ?? login.endIndex)]
      password = colon.map { login[login.utf8.index(after: $0)...] }
    }
    // ssh takes a host that begins with '-' for an option.
    guard !host.isEmpty, !host.beginsWithBytes("-"), host.utf8.allSatisfy(Self.isHostByte), Self.isPort(host) else {
      throw GitAddressError(address: address, "has no valid host")
    }
    if let user, user.beginsWithBytes("-") {
      throw GitAddressError(address: address, "has a user name that begins with '-'")
    }
  }

  func address(
    _ transport: GitAddress.Transport, path: Substring, text: String
  ) throws(GitAddressError) -> GitAddress {
    guard path.utf8.count > 1 else { throw GitAddressError(address: text, "has no path after the host") }
    let masked = maskedValues(transport)
    switch transport {
    case .https, .http:
      let origin = "\(transport.rawValue)://\(host)"
      return GitAddress(
        transport: transport, url: origin + path, origin: origin, credential: try credential(text), maskedValues: masked
      )
    case .ssh:
      guard password == nil else {
        throw GitAddressError(address: text, "holds a password, which ssh does not take; use a key")
      }
      return GitAddress(transport: .ssh, url: "ssh://\(user.map { "\($0)@" } ?? "")\(host)\(path)")
    case .git, .file:
      guard user == nil else { throw GitAddressError(address: text, "holds a user name, which git:// does not take") }
      return GitAddress(transport: transport, url: "\(transport.rawValue)://\(host)\(path)")
    }
  }

  private func credential(_ text: String) throws(GitAddressError) -> GitAddress.Credential? {
    guard let user else { return nil }
    guard let name = Self.decoded(user), let secret = Self.decoded(password ?? "") else {
      throw GitAddressError(address: text, "has a user name or password with a wrong '%' escape")
    }
    // git's credential protocol is lines.
    guard !(name + secret).utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
      throw GitAddressError(address: text, "has a user name or password with a control character")
    }
    return name.isEmpty && secret.isEmpty ? nil : GitAddress.Credential(user: name, password: secret)
  }

  private func maskedValues(_ transport: GitAddress.Transport) -> [String] {
    guard transport == .https || transport == .http, let secret = password ?? user else { return [] }
    let spellings = [String(secret), Self.decoded(secret) ?? ""]
    return Array(Set(spellings.filter { !$0.isEmpty })).sorted()
  }

  /// True where what follows the last `:` outside of brackets is a number, or there is none.
  private static func isPort(_ host: Substring) -> Bool {
    let bytes = Array(host.utf8)
    guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return true }
    let rest = bytes[(colon + 1)...]
    return rest.contains(UInt8(ascii: "]")) || rest.allSatisfy { (48...57).contains($0) }
  }

  static func isHostByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: ".-_:[]".utf8.contains(byte)
    }
  }

  /// Undoes percent escapes; nil where one is wrong or the result is not text.
  static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    UInt8(String(UnicodeScalar(byte)), radix: 16)
  }

  /// The address for a message: what stands before the last `@` replaced, at most 200 bytes, and
  /// nothing that steers a terminal.
  static func redacted(_ address: String) -> String {
    var bytes = Array(address.utf8)
    let scheme = Array("://".utf8)
    if let start = bytes.indices.first(where: { bytes[$0...].starts(with: scheme) }).map({ $0 + scheme.count }) {
      if let at = bytes[start...].lastIndex(of: UInt8(ascii: "@")) {
        bytes.replaceSubrange(start..<at, with: "xxxxxx".utf8)
      }
    }
    let shown = bytes.prefix(200).map { $0 < 32 || $0 == 127 ? UInt8(ascii: "?") : $0 }
    return String(decoding: shown, as: UTF8.self) + (bytes.count > 200 ? "..." : "")
  }
}
