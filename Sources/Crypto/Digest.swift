internal import CLibcrypto

/// One running computation of libcrypto's EVP interface, freed with its owner.
/// https://docs.openssl.org/3.0/man3/EVP_DigestInit/
struct DigestComputation: ~Copyable {
  private let context: OpaquePointer
  private let algorithm: String
  private var failed = false

  init(_ kind: OpaquePointer?, algorithm: String) throws(CryptoError) {
    guard let kind, let context = EVP_MD_CTX_new() else { throw .unavailable(algorithm: algorithm) }
    guard EVP_DigestInit_ex(context, kind, nil) == 1 else {
      EVP_MD_CTX_free(context)
      throw .unavailable(algorithm: algorithm)
    }
    self.context = context
    self.algorithm = algorithm
  }

  deinit { EVP_MD_CTX_free(context) }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // A failure is remembered for `finish`, so that callers with a stream have one place to look.
    if EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) != 1 { failed = true }
  }

  consuming func finish() throws(CryptoError) -> [UInt8] {
    var succeeded = !failed
    let digest = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      var length: UInt32 = 0
      succeeded = succeeded && EVP_DigestFinal_ex(context, buffer.baseAddress, &length) == 1
      count = succeeded ? Int(length) : 0
    }
    guard succeeded else { throw .unavailable(algorithm: algorithm) }
    return digest
  }
}

/// SHA-256 of bytes that arrive in pieces (FIPS 180-4), by libcrypto with the processor's instructions.
/// Not for use from two threads at once.
public struct SHA256: ~Copyable {
  private var computation: DigestComputation

  /// Begins a computation.
  public init() throws(CryptoError) {
    computation = try DigestComputation(EVP_sha256(), algorithm: "SHA-256")
  }

  /// Takes the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { computation.update(bytes) }

  /// Takes the next bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { computation.update($0) } }

  /// Ends the computation and returns the 32 bytes.
  public consuming func finish() throws(CryptoError) -> [UInt8] { try computation.finish() }

  /// The 32 bytes for `bytes`.
  public static func hash(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
    var hash = try SHA256()
    hash.update(bytes)
    return try hash.finish()
  }

  /// The 32 bytes for the text's UTF-8; what is stored of a token.
  public static func hash(_ text: String) throws(CryptoError) -> [UInt8] { try hash(Array(text.utf8)) }

  /// The hash of `bytes` as 64 lowercase hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) throws(CryptoError) -> String { Hexadecimal.string(try hash(bytes)) }

  /// The hash of the text's UTF-8 as 64 lowercase hexadecimal digits.
  public static func hex(_ text: String) throws(CryptoError) -> String { try hex(Array(text.utf8)) }
}

/// SHA-1 of bytes (FIPS 180-4), where a protocol asks for it; not for security.
public enum SHA1 {
  /// The 20 bytes for `bytes`.
  public static func hash(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
    var computation = try DigestComputation(EVP_sha1(), algorithm: "SHA-1")
    bytes.withUnsafeBytes { computation.update($0) }
    return try computation.finish()
  }
}

/// MD5 of bytes that arrive in pieces (RFC 1321), for comparing with what others publish; not for security.
/// Not for use from two threads at once.
public struct MD5: ~Copyable {
  private var computation: DigestComputation

  /// Begins a computation.
  public init() throws(CryptoError) { computation = try DigestComputation(EVP_md5(), algorithm: "MD5") }

  /// Takes the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { computation.update(bytes) }

  /// Takes the next bytes.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { computation.update($0) } }

  /// Ends the computation and returns the 16 bytes.
  public consuming func finish() throws(CryptoError) -> [UInt8] { try computation.finish() }

  /// The hash of `bytes` as 32 lowercase hexadecimal digits.
  public static func hex(_ bytes: [UInt8]) throws(CryptoError) -> String {
    var hash = try MD5()
    hash.update(bytes)
    return Hexadecimal.string(try hash.finish())
  }
}
