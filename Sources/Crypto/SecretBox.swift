internal import CSodium

/// Seals small secrets for storage: XSalsa20-Poly1305 with a random nonce, by libsodium.
/// https://doc.libsodium.org/secret-key_cryptography/secretbox
///
/// The key lies in memory that is locked, guarded, and wiped when the box goes. Safe from any thread.
///
/// `@unchecked Sendable`: the key's memory is made read-only in `init` and freed only in `deinit`.
public final class SecretBox: @unchecked Sendable {
  /// The length of a key in bytes.
  public static var keyLength: Int { crypto_secretbox_keybytes() }
  private static var nonceLength: Int { crypto_secretbox_noncebytes() }
  private static var tagLength: Int { crypto_secretbox_macbytes() }

  private let key: UnsafeMutableRawPointer

  /// A box with this key of 32 bytes.
  public init(key bytes: [UInt8]) throws(CryptoError) {
    Sodium.prepare()
    guard bytes.count == Self.keyLength else { throw .keyLength(expected: Self.keyLength, found: bytes.count) }
    guard let memory = sodium_malloc(bytes.count) else { throw .unavailable(algorithm: "locked memory") }
    memory.copyMemory(from: bytes, byteCount: bytes.count)
    sodium_mprotect_readonly(memory)
    key = memory
  }

  deinit { sodium_free(key) }

  private var keyBytes: UnsafePointer<UInt8> { UnsafePointer(key.assumingMemoryBound(to: UInt8.self)) }

  /// `secret` sealed: nonce, then tag and ciphertext; 40 bytes longer. Two seals of one secret differ.
  public func seal(_ secret: [UInt8]) throws(CryptoError) -> [UInt8] {
    let nonce = SecureRandom.bytes(Self.nonceLength)
    var sealed = [UInt8](repeating: 0, count: secret.count + Self.tagLength)
    guard crypto_secretbox_easy(&sealed, secret, UInt64(secret.count), nonce, keyBytes) == 0 else {
      throw .unavailable(algorithm: "secretbox")
    }
    return nonce + sealed
  }

  /// What was sealed; throws `notAuthentic` where anything of it was changed.
  public func open(_ sealed: [UInt8]) throws(CryptoError) -> [UInt8] {
    guard sealed.count >= Self.nonceLength + Self.tagLength else { throw .notAuthentic }
    let nonce = Array(sealed.prefix(Self.nonceLength))
    let body = Array(sealed.dropFirst(Self.nonceLength))
    var secret = [UInt8](repeating: 0, count: body.count - Self.tagLength)
    guard crypto_secretbox_open_easy(&secret, body, UInt64(body.count), nonce, keyBytes) == 0 else {
      throw .notAuthentic
    }
    return secret
  }
}
