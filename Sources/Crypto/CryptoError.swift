/// Why a cryptographic operation did not happen.
public enum CryptoError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The system's library refused the algorithm, or had no memory for it.
  case unavailable(algorithm: String)
  /// A key has the wrong number of bytes.
  case keyLength(expected: Int, found: Int)
  /// The key file cannot be used; the reason says why and what to do.
  case keyFile(path: String, reason: String)
  /// The sealed bytes were altered, cut, or sealed with another key.
  case notAuthentic

  /// One sentence for people. It never holds a secret.
  public var description: String {
    switch self {
    case .unavailable(let algorithm):
      "\(algorithm) is not available: libcrypto or libsodium refused it or memory is short"
    case .keyLength(let expected, let found): "a key must have \(expected) bytes, and this one has \(found)"
    case .keyFile(let path, let reason): "the key file \(path) cannot be used: \(reason)"
    case .notAuthentic: "the sealed bytes were altered or were sealed with another key"
    }
  }
}
