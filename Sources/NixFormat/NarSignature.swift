internal import Crypto

/// `<keyname>:<base 64>`: a signature, or with 32 bytes a public and with 64 a secret key, under a name.
public struct NarSignature: Sendable, Hashable, CustomStringConvertible {
  /// How many bytes a name may have.
  public static let nameLimit = 255

  /// The key's name: `cache.example.org-1`.
  public let keyName: String
  /// The signature's or key's bytes.
  public let bytes: [UInt8]

  /// Under this name; nil where the name is empty, too long, or holds a colon, white space or control characters.
  public init?(keyName: String, bytes: [UInt8]) {
    guard !keyName.isEmpty, keyName.utf8.count <= Self.nameLimit,
      keyName.utf8.allSatisfy({ $0 > 32 && $0 != 127 && $0 != UInt8(ascii: ":") })
    else { return nil }
    self.keyName = keyName
    self.bytes = bytes
  }

  /// Reads `<keyname>:<base 64>`; nil where it is not of that form.
  public init?(_ text: some StringProtocol) {
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
      let bytes = Base64.bytes(String(text[text.utf8.index(after: colon)...]))
    else { return nil }
    self.init(keyName: String(text[..<colon]), bytes: bytes)
  }

  /// `<keyname>:<base 64>`
  public var description: String { "\(keyName):\(Base64.string(bytes))" }
}
