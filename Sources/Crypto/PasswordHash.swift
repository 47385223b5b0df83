internal import CSodium

/// Passwords as they are stored: argon2id with a random salt (RFC 9106), by libsodium.
///
/// Every call takes about 64 MiB and tens of milliseconds; call it on threads for blocking work.
public enum PasswordHash {
  /// The text to store for `password`; it holds the salt and the cost, and differs each time.
  public static func make(_ password: String) throws(CryptoError) -> String {
    Sodium.prepare()
    var text = [CChar](repeating: 0, count: crypto_pwhash_strbytes())
    let bytes = password.utf8.map { CChar(bitPattern: $0) }
    let status = crypto_pwhash_str(
      &text, bytes, UInt64(bytes.count), UInt64(crypto_pwhash_opslimit_interactive()),
      crypto_pwhash_memlimit_interactive())
    guard status == 0 else { throw .unavailable(algorithm: "argon2id") }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Whether `stored` was made of `password`. Text that is no such hash is never equal.
  public static func verify(_ password: String, stored: String) -> Bool {
    Sodium.prepare()
    // The library reads a fixed number of bytes, so a text of another length must not reach it.
    guard stored.utf8.count < crypto_pwhash_strbytes(), !stored.utf8.contains(0) else { return false }
    let bytes = password.utf8.map { CChar(bitPattern: $0) }
    return crypto_pwhash_str_verify(padded(stored), bytes, UInt64(bytes.count)) == 0
  }

  /// Whether `stored` was made with another cost than today's, so that it should be made anew at the next sign-in.
  public static func isOutdated(_ stored: String) -> Bool {
    Sodium.prepare()
    guard stored.utf8.count < crypto_pwhash_strbytes(), !stored.utf8.contains(0) else { return true }
    return crypto_pwhash_str_needs_rehash(
      padded(stored), UInt64(crypto_pwhash_opslimit_interactive()), crypto_pwhash_memlimit_interactive()) != 0
  }

  private static func padded(_ text: String) -> [CChar] {
    let bytes = text.utf8.map { CChar(bitPattern: $0) }
    return bytes + [CChar](repeating: 0, count: crypto_pwhash_strbytes() - bytes.count)
  }
}
