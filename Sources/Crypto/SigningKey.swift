internal import CSodium

/// Ed25519 signatures, by libsodium. https://doc.libsodium.org/public-key_cryptography/public-key_signatures
///
/// The secret key lies in memory that is locked, guarded, and wiped when the value goes. Safe from any thread.
///
/// `@unchecked Sendable`: the key's memory is made read-only in `init` and freed only in `deinit`.
public final class SigningKey: @unchecked Sendable {
  /// The length of a secret key in bytes: seed, then public key.
  public static var secretLength: Int { crypto_sign_ed25519_secretkeybytes() }
  /// The length of a seed in bytes.
  public static var seedLength: Int { crypto_sign_ed25519_seedbytes() }

  private let secret: UnsafeMutableRawPointer
  /// 32 bytes.
  public let publicKey: PublicKey

  /// A new key of random numbers.
  public static func generate() throws(CryptoError) -> SigningKey {
    try SigningKey(seed: SecureRandom.bytes(seedLength))
  }

  /// The key that grows from this seed of 32 bytes.
  public init(seed: [UInt8]) throws(CryptoError) {
    Sodium.prepare()
    guard seed.count == Self.seedLength else { throw .keyLength(expected: Self.seedLength, found: seed.count) }
    guard let memory = sodium_malloc(Self.secretLength) else { throw .unavailable(algorithm: "locked memory") }
    var open = [UInt8](repeating: 0, count: crypto_sign_ed25519_publickeybytes())
    guard crypto_sign_ed25519_seed_keypair(&open, memory.assumingMemoryBound(to: UInt8.self), seed) == 0 else {
      sodium_free(memory)
      throw .unavailable(algorithm: "Ed25519")
    }
    sodium_mprotect_readonly(memory)
    secret = memory
    publicKey = PublicKey(unchecked: open)
  }

  /// A secret key of 64 bytes, as `nix-store --generate-binary-cache-key` writes it: the seed and the public key. Throws
  /// `notAuthentic` where the two do not belong together.
  public convenience init(secretKey: [UInt8]) throws(CryptoError) {
    guard secretKey.count == Self.secretLength else {
      throw .keyLength(expected: Self.secretLength, found: secretKey.count)
    }
    try self.init(seed: Array(secretKey.prefix(Self.seedLength)))
    guard publicKey.bytes == Array(secretKey.suffix(publicKey.bytes.count)) else { throw .notAuthentic }
  }

  deinit { sodium_free(secret) }

  /// The signature of `message`: 64 bytes.
  public func sign(_ message: [UInt8]) -> [UInt8] {
    var signature = [UInt8](repeating: 0, count: crypto_sign_ed25519_bytes())
    // Cannot fail: the lengths are right by construction.
    crypto_sign_ed25519_detached(
      &signature, nil, message, UInt64(message.count), UnsafePointer(secret.assumingMemoryBound(to: UInt8.self)))
    return signature
  }

  /// The secret key's 64 bytes, to seal or to show it once to whom it belongs.
  public func withSecretKey<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
    try body(Array(UnsafeRawBufferPointer(start: secret, count: Self.secretLength)))
  }
}

/// What checks the signatures of a `SigningKey`.
public struct PublicKey: Sendable, Hashable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// A key of 32 bytes.
  public init(_ bytes: [UInt8]) throws(CryptoError) {
    let length = crypto_sign_ed25519_publickeybytes()
    guard bytes.count == length else { throw .keyLength(expected: length, found: bytes.count) }
    self.bytes = bytes
  }

  init(unchecked bytes: [UInt8]) { self.bytes = bytes }

  /// True where `signature` (64 bytes; any other length is false) is the key's for `message`.
  public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    Sodium.prepare()
    guard signature.count == crypto_sign_ed25519_bytes() else { return false }
    return crypto_sign_ed25519_verify_detached(signature, message, UInt64(message.count), bytes) == 0
  }
}
