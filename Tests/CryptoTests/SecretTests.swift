import Crypto
import Files
import Testing

@Suite struct SecretTests {
  @Test func `tokens are long, different, recognisable and made of safe characters`() {
    let tokens = (0..<1000).map { _ in SecureRandom.token() }
    #expect(Set(tokens).count == tokens.count)
    let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
    for token in tokens {
      #expect(token.hasPrefix("wr_") && token.count == 35)
      #expect(token.allSatisfy(allowed.contains))
    }
    // All 64 characters turn up, so no bits are lost on the way.
    #expect(Set(tokens.flatMap { $0.dropFirst(3) }) == allowed)
    #expect(SecureRandom.token(prefix: "wa_").hasPrefix("wa_"))
  }

  @Test(arguments: [("", "", true), ("a", "a", true), ("a", "b", false), ("a", "ab", false), ("é", "e\u{301}", false)])
  func `constant-time equality compares bytes`(left: String, right: String, equal: Bool) {
    #expect(ConstantTime.equal(left, right) == equal)
  }

  @Test func `a password is known by its hash alone`() throws {
    let stored = try PasswordHash.make("correct horse")
    #expect(stored.hasPrefix("$argon2id$"))
    #expect(stored != (try PasswordHash.make("correct horse")))
    #expect(PasswordHash.verify("correct horse", stored: stored))
    #expect(!PasswordHash.verify("correct horse ", stored: stored))
    #expect(!PasswordHash.isOutdated(stored))
  }

  @Test(arguments: ["", "x", "$argon2id$v=19$m=65536,t=2,p=1$AAAA", String(repeating: "a", count: 500), "a\0b"])
  func `text that is no hash verifies nothing`(stored: String) {
    #expect(!PasswordHash.verify("", stored: stored))
    #expect(PasswordHash.isOutdated(stored))
  }
}

@Suite struct SecretBoxTests {
  @Test(arguments: [0, 1, 64, 100_000])
  func `opens what it sealed`(count: Int) throws {
    let box = try SecretBox(key: SecureRandom.bytes(32))
    let secret = SecureRandom.bytes(count)
    let sealed = try box.seal(secret)
    #expect(sealed != (try box.seal(secret)))
    #expect(sealed.count == count + 40)
    #expect(try box.open(sealed) == secret)
  }

  /// The key, nonce, message and box of NaCl's own test "secretbox" (tests/secretbox.c and box.out).
  @Test func `opens the box of the reference implementation`() throws {
    let key = try #require(
      Hexadecimal.bytes("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389"))
    let sealed = try #require(
      Hexadecimal.bytes(
        "69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37"
          + "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b"
          + "4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da"
          + "99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5"))
    let message = try #require(
      Hexadecimal.bytes(
        "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f4"
          + "1db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52"
          + "f0a089bc76897040e082f937763848645e0705"))
    #expect(try SecretBox(key: key).open(sealed) == message)
  }

  @Test func `refuses a box that was altered anywhere`() throws {
    let box = try SecretBox(key: SecureRandom.bytes(32))
    let sealed = try box.seal([1, 2, 3])
    for index in sealed.indices {
      var altered = sealed
      altered[index] ^= 1
      #expect(throws: CryptoError.notAuthentic) { try box.open(altered) }
      #expect(throws: CryptoError.notAuthentic) { try box.open(Array(sealed.prefix(index))) }
    }
    let other = try SecretBox(key: SecureRandom.bytes(32))
    #expect(throws: CryptoError.notAuthentic) { try other.open(sealed) }
    #expect(throws: CryptoError.keyLength(expected: 32, found: 31)) { try SecretBox(key: SecureRandom.bytes(31)) }
  }

  @Test func `makes its key file once and for the owner only`() throws {
    let folder = "/tmp/wright-crypto-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(folder)
    defer { try? FileTree.removeTree(folder) }
    let sealed = try SecretBox.open(keyFile: folder + "/key").seal([7])
    #expect(try FileTree.status(folder + "/key")?.permissions == 0o600)
    #expect(try SecretBox.open(keyFile: folder + "/key").open(sealed) == [7])
    #expect(try FileTree.names(in: folder) == ["key"])
  }

  @Test(arguments: [
    (UInt32(0o644), String(repeating: "0", count: 64) + "\n", "chmod 600"),
    (0o600, String(repeating: "0", count: 62) + "\n", "64 hexadecimal digits"),
    (0o600, String(repeating: "0", count: 64), "64 hexadecimal digits"),
    (0o600, String(repeating: "0", count: 64) + "\n\n", "64 hexadecimal digits"),
    (0o600, "", "64 hexadecimal digits"),
  ])
  func `refuses a key file that is open to others or damaged`(permissions: UInt32, text: String, reason: String) throws
  {
    let folder = "/tmp/wright-crypto-\(UInt64.random(in: 0 ... .max))"
    try FileTree.makeDirectory(folder)
    defer { try? FileTree.removeTree(folder) }
    try FileTree.writeAtomically(Array(text.utf8), to: folder + "/key", permissions: permissions)
    let error = #expect(throws: CryptoError.self) { try SecretBox.open(keyFile: folder + "/key") }
    #expect(error?.description.contains(reason) == true)
  }
}
