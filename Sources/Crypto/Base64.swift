internal import CSodium

/// Bytes as base 64 with padding (RFC 4648, section 4), by libsodium.
public enum Base64 {
  private static let variant = sodium_base64_VARIANT_ORIGINAL

  /// Four characters for three bytes.
  public static func string(_ bytes: [UInt8]) -> String {
    let length = sodium_base64_encoded_len(bytes.count, variant)
    var text = [CChar](repeating: 0, count: length)
    sodium_bin2base64(&text, length, bytes, bytes.count, variant)
    return String(decoding: text.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The bytes of `text`; nil where it is not base 64 to its end, padding included.
  public static func bytes(_ text: String) -> [UInt8]? {
    let characters = text.utf8.map(CChar.init(bitPattern:))
    var bytes = [UInt8](repeating: 0, count: characters.count / 4 * 3 + 3)
    var length = 0
    guard sodium_base642bin(&bytes, bytes.count, characters, characters.count, nil, &length, nil, variant) == 0
    else { return nil }
    return Array(bytes.prefix(length))
  }
}
