import Crypto
import Testing

@Suite struct DigestTests {
  /// FIPS 180-4 examples (NIST CSRC, "SHA256.pdf") and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func `SHA-256 of the standard's messages`(message: String, digest: String) throws {
    #expect(try SHA256.hex(message) == digest)
    var hash = try SHA256()
    for byte in message.utf8 { hash.update([byte]) }
    #expect(Hexadecimal.string(try hash.finish()) == digest)
  }

  @Test func `SHA-256 of a million letters in uneven pieces`() throws {
    var hash = try SHA256()
    var left = 1_000_000
    var piece = 1
    while left > 0 {
      let count = min(left, piece)
      hash.update([UInt8](repeating: UInt8(ascii: "a"), count: count))
      left -= count
      piece = piece * 3 % 7919 + 1
    }
    #expect(
      Hexadecimal.string(try hash.finish()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// RFC 1321, section A.5.
  @Test(arguments: [
    ("", "d41d8cd98f00b204e9800998ecf8427e"),
    ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"),
    ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
    (
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a"
    ),
  ])
  func `MD5 of the standard's messages`(message: String, digest: String) throws {
    #expect(try MD5.hex(Array(message.utf8)) == digest)
  }

  /// RFC 4231, test cases 1, 2 and 6.
  @Test(arguments: [
    (
      [UInt8](repeating: 0x0b, count: 20), "Hi There",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
      Array("Jefe".utf8), "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      [UInt8](repeating: 0xaa, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
  ])
  func `HMAC-SHA-256 of the standard's messages`(key: [UInt8], message: String, code: String) throws {
    var whole = try HMACSHA256(key: key)
    whole.update(Array(message.utf8))
    #expect(Hexadecimal.string(try whole.finish()) == code)
    var pieces = try HMACSHA256(key: key)
    for byte in message.utf8 { pieces.update([byte]) }
    pieces.update([])
    #expect(Hexadecimal.string(try pieces.finish()) == code)
  }

  @Test(arguments: ["0", "0g", "zz", "00 ", "é", "+1"])
  func `text that is not hexadecimal has no bytes`(text: String) { #expect(Hexadecimal.bytes(text) == nil) }

  @Test func `hexadecimal goes there and back`() {
    let bytes = [UInt8](0...255)
    #expect(Hexadecimal.bytes(Hexadecimal.string(bytes)) == bytes)
    #expect(Hexadecimal.bytes("FFaB") == [0xff, 0xab])
  }
}
