import Crypto
import Testing

@Suite struct SigningKeyTests {
  /// The first test of RFC 8032, section 7.1.
  @Test func `signs as the standard says`() throws {
    let seed = try #require(
      Hexadecimal.bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    let key = try SigningKey(seed: seed)
    #expect(
      Hexadecimal.string(key.publicKey.bytes) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    #expect(
      Hexadecimal.string(key.sign([]))
        == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
  }

  @Test func `a signature holds for its message and key only`() throws {
    let key = try SigningKey.generate()
    let signature = key.sign([1, 2, 3])
    #expect(key.publicKey.verifies(signature, of: [1, 2, 3]))
    #expect(!key.publicKey.verifies(signature, of: [1, 2]))
    #expect(!(try SigningKey.generate()).publicKey.verifies(signature, of: [1, 2, 3]))
    #expect(!key.publicKey.verifies([], of: [1, 2, 3]) && !key.publicKey.verifies(signature + [0], of: [1, 2, 3]))
  }

  @Test func `a secret key is read back, and a damaged one refused`() throws {
    let key = try SigningKey.generate()
    let secret = key.withSecretKey { $0 }
    #expect(try SigningKey(secretKey: secret).publicKey == key.publicKey)
    var damaged = secret
    damaged[40] ^= 1
    #expect(throws: CryptoError.notAuthentic) { try SigningKey(secretKey: damaged) }
    #expect(throws: CryptoError.keyLength(expected: 64, found: 32)) {
      try SigningKey(secretKey: Array(secret.prefix(32)))
    }
    #expect(throws: CryptoError.keyLength(expected: 32, found: 0)) { try PublicKey([]) }
  }
}

@Suite struct Base64Tests {
  @Test(arguments: [
    ([UInt8](), ""), ([0], "AA=="), ([0xff, 0xfe], "//4="), ([1, 2, 3], "AQID"), ([1, 2, 3, 4], "AQIDBA=="),
  ])
  func `writes and reads bytes`(_ bytes: [UInt8], _ text: String) {
    #expect(Base64.string(bytes) == text && Base64.bytes(text) == bytes)
  }

  @Test(arguments: ["A", "AA", "AA=", "AQID=", "AQ ID", "_w==", "AQID\n", "ü"])
  func `refuses what is not base 64`(_ text: String) {
    #expect(Base64.bytes(text) == nil)
  }
}
