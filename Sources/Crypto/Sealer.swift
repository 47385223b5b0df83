/// Seals the secrets that the database keeps, and opens them again, with the one key of an installation.
///
/// To keep a secret: give its column the type of bytes, name its use by a `Sealer.Purpose` in an extension beside the
/// code that reads and writes it, write what `seal` returns, and read it back with `open`. Whoever has a `Store` has
/// its `sealer`. Show that a secret is set, never the secret. A value that is sealed cannot be searched or compared.
///
/// The purpose is sealed together with the secret: whoever can write the database but has no key cannot move a sealed
/// value to a column whose content is shown. Safe from any thread.
public struct Sealer: Sendable {
  /// What a sealed value is for; never changed once values were sealed for it.
  public struct Purpose: RawRepresentable, Sendable, Hashable {
    /// As in `build_plans.plan`: table and column.
    public var rawValue: String

    /// A purpose with this name, which holds no NUL.
    public init(rawValue: String) { self.rawValue = rawValue }
  }

  /// The first byte of what is sealed, so that another cipher or key can be told apart later.
  private static let format: UInt8 = 1
  private let box: SecretBox

  /// A sealer with the key of this box.
  public init(_ box: SecretBox) { self.box = box }

  /// The sealer whose key is in the file at `path`, which is made where it is missing: see `SecretBox.open(keyFile:)`.
  public init(keyFile path: String) throws(CryptoError) { box = try SecretBox.open(keyFile: path) }

  /// A sealer with a key of its own that nobody keeps, for a database that ends with the process.
  public static func ephemeral() throws(CryptoError) -> Sealer {
    try Sealer(SecretBox(key: SecureRandom.bytes(SecretBox.keyLength)))
  }

  /// `secret` as it may be stored; two seals of one secret differ.
  public func seal(_ secret: String, for purpose: Purpose) throws(CryptoError) -> [UInt8] {
    try [Self.format] + box.seal(Self.label(purpose) + Array(secret.utf8))
  }

  /// The secret; throws `CryptoError.notAuthentic` where the bytes were changed, were sealed for another purpose, or
  /// with another key.
  public func open(_ sealed: [UInt8], for purpose: Purpose) throws(CryptoError) -> String {
    guard sealed.first == Self.format else { throw .notAuthentic }
    let opened = try box.open(Array(sealed.dropFirst()))
    let label = Self.label(purpose)
    guard opened.starts(with: label), let secret = String(validating: opened.dropFirst(label.count), as: UTF8.self)
    else { throw .notAuthentic }
    return secret
  }

  private static func label(_ purpose: Purpose) -> [UInt8] { Array(purpose.rawValue.utf8) + [0] }
}
