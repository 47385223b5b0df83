internal import CLibcrypto

/// HMAC with SHA-256 of bytes that arrive in pieces (RFC 2104), by libcrypto: says who made a message, for those who
/// know the key. Not for use from two threads at once.
/// https://docs.openssl.org/3.0/man3/EVP_DigestSignInit/
public struct HMACSHA256: ~Copyable {
  private let context: OpaquePointer
  private var failed = false

  /// Begins a computation with this key, of any length.
  public init(key: [UInt8]) throws(CryptoError) {
    guard let context = EVP_MD_CTX_new() else { throw .unavailable(algorithm: "HMAC-SHA-256") }
    let secret = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, nil, key, key.count)
    // The context keeps the key as long as it needs it.
    defer { EVP_PKEY_free(secret) }
    guard let secret, EVP_DigestSignInit(context, nil, EVP_sha256(), nil, secret) == 1 else {
      EVP_MD_CTX_free(context)
      throw .unavailable(algorithm: "HMAC-SHA-256")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Takes the next bytes.
  public mutating func update(_ bytes: [UInt8]) {
    // A failure is remembered for `finish`, so that callers with a stream have one place to look.
    if EVP_DigestSignUpdate(context, bytes, bytes.count) != 1 { failed = true }
  }

  /// Ends the computation and returns the 32 bytes. Compare them by `ConstantTime`.
  public consuming func finish() throws(CryptoError) -> [UInt8] {
    var code = [UInt8](repeating: 0, count: 32)
    var length = code.count
    guard !failed, EVP_DigestSignFinal(context, &code, &length) == 1, length == code.count else {
      throw .unavailable(algorithm: "HMAC-SHA-256")
    }
    return code
  }
}
