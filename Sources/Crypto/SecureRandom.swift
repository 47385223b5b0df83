internal import CSodium

/// Random values that nobody can guess.
public enum SecureRandom {
  /// `count` random bytes from the kernel's generator.
  public static func bytes(_ count: Int) -> [UInt8] {
    Sodium.prepare()
    var bytes = [UInt8](repeating: 0, count: max(0, count))
    randombytes_buf(&bytes, bytes.count)
    return bytes
  }

  /// A new token: the prefix and 192 random bits in 32 characters of `[A-Za-z0-9_-]`, so that it can be a header's
  /// value, a WebSocket subprotocol and a part of a URL. The prefix lets people and secret scanners recognise one.
  public static func token(prefix: String = "wr_") -> String {
    prefix + urlSafeText(bytes(24))
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// Base 64 with the alphabet of RFC 4648, section 5, of a multiple of three bytes.
  static func urlSafeText(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 3 * 4)
    for start in stride(from: 0, to: bytes.count - bytes.count % 3, by: 3) {
      let group = UInt32(bytes[start]) << 16 | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2])
      for shift in [18, 12, 6, 0] as [UInt32] { text.append(alphabet[Int(group >> shift & 63)]) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Comparison that takes the same time wherever two secrets differ.
public enum ConstantTime {
  /// Whether the bytes are equal. Only the length can be learnt from the time it takes.
  public static func equal(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return sodium_memcmp(left, right, left.count) == 0
  }

  /// Whether the texts' UTF-8 bytes are equal. Only the length can be learnt from the time it takes.
  public static func equal(_ left: String, _ right: String) -> Bool {
    equal(Array(left.utf8), Array(right.utf8))
  }
}
