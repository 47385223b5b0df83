/// Nix's own base 32: digits and letters without `e`, `o`, `t` and `u`, the last five bits first.
/// https://nix.dev/manual/nix/2.28/protocols/nix32
public enum Nix32 {
  private static let digits = Array("0123456789abcdfghijklmnpqrsvwxyz".utf8)
  /// The value of each ASCII character; 255 for what is no digit.
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 128)
    for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// How many digits stand for `count` bytes.
  public static func length(of count: Int) -> Int { count == 0 ? 0 : (count * 8 - 1) / 5 + 1 }

  /// The digits of `bytes`.
  public static func string(_ bytes: [UInt8]) -> String {
    let text = (0..<length(of: bytes.count)).reversed().map { place in
      let (byte, shift) = (place * 5 / 8, place * 5 % 8)
      let low = bytes[byte] >> UInt8(shift)
      let high = byte + 1 < bytes.count ? UInt16(bytes[byte + 1]) << UInt16(8 - shift) : 0
      return digits[Int((UInt16(low) | high) & 31)]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `count` bytes from their digits; nil where the text has another length, another character, or bits beyond.
  public static func bytes(_ text: some StringProtocol, count: Int) -> [UInt8]? {
    guard count >= 0, text.utf8.count == length(of: count) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    for (place, character) in text.utf8.reversed().enumerated() {
      guard let digit = value(character) else { return nil }
      let (byte, shift) = (place * 5 / 8, place * 5 % 8)
      guard byte < count else { return nil }
      bytes[byte] |= digit << UInt8(shift)
      let rest = UInt16(digit) >> UInt16(8 - shift)
      if byte + 1 < count { bytes[byte + 1] |= UInt8(truncatingIfNeeded: rest) } else if rest != 0 { return nil }
    }
    return bytes
  }

  /// True where every byte of `text` is a digit.
  public static func isValid(_ text: some StringProtocol) -> Bool { text.utf8.allSatisfy { value($0) != nil } }

  private static func value(_ character: UInt8) -> UInt8? {
    guard character < 128, values[Int(character)] != 255 else { return nil }
    return values[Int(character)]
  }
}
