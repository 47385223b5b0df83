internal import Crypto

/// The SHA-256 of a NAR, or of its compressed file.
public struct NarHash: Sendable, Hashable, CustomStringConvertible {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// A hash of 32 bytes; nil for another length.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Reads `sha256:<Nix32>`, `sha256:<hexadecimal>`, `sha256-<base 64>`, or the digits of one of the first two alone;
  /// nil for anything else.
  public init?(_ text: some StringProtocol) {
    let rest = String(decoding: text.utf8.dropFirst(Self.prefixLength), as: UTF8.self)
    if text.utf8.starts(with: "sha256-".utf8) {
      guard let bytes = Base64.bytes(rest) else { return nil }
      self.init(bytes: bytes)
    } else {
      let digits = text.utf8.starts(with: "sha256:".utf8) ? rest : String(text)
      guard let bytes = Nix32.bytes(digits, count: 32) ?? Self.hexadecimal(digits) else { return nil }
      self.init(bytes: bytes)
    }
  }

  /// Of `sha256:` and `sha256-`.
  private static let prefixLength = 7

  private static func hexadecimal(_ text: String) -> [UInt8]? {
    text.utf8.count == 64 ? Hexadecimal.bytes(text) : nil
  }

  /// `sha256:<Nix32>`, as a narinfo has it.
  public var description: String { "sha256:" + Nix32.string(bytes) }
  /// 64 lowercase hexadecimal digits.
  public var hexadecimal: String { Hexadecimal.string(bytes) }
}
