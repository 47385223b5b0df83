public import Crypto
internal import NixFormat

/// The key that signs what is pushed.
public struct PushSigningKey: Sendable {
  /// The name that a narinfo gives it; nil where only the bytes are known, which is enough for the Cachix protocol.
  public var name: String?
  /// The key.
  public var key: SigningKey

  /// A key.
  public init(name: String?, key: SigningKey) {
    self.name = name
    self.key = key
  }

  /// Reads `<name>:<base 64>`, as `nix-store --generate-binary-cache-key` and `nix key generate-secret` write it, or the
  /// base 64 alone, of 64 bytes. Throws `PushError.invalid`.
  public init(text: String) throws(PushError) {
    let trimmed = text.split(whereSeparator: \.isWhitespace).joined()
    let named = NarSignature(trimmed)
    guard let bytes = named?.bytes ?? Base64.bytes(trimmed), let key = try? SigningKey(secretKey: bytes) else {
      throw .invalid(
        "the signing key is not a secret key of Ed25519; `nix-store --generate-binary-cache-key` makes one, a line of "
          + "the form NAME:BASE64")
    }
    self.init(name: named?.keyName, key: key)
  }

  /// The signature of a path.
  func signature(of info: StorePathInfo) -> [UInt8] {
    let text = fingerprint(
      path: info.path, narHash: info.narHash, narSize: info.narSize, references: info.references)
    return key.sign(Array(text.utf8))
  }
}
