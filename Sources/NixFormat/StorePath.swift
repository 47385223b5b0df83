/// A path of the Nix store: `/nix/store/<hash>-<name>`.
/// https://nix.dev/manual/nix/2.28/store/store-path
public struct StorePath: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Where the store is; other places are not substitutable between machines.
  public static let directory = "/nix/store"
  /// How long the hash is in digits.
  public static let hashLength = 32
  /// How long a name may be in bytes.
  public static let nameLimit = 211

  /// 32 digits of `Nix32`.
  public let hash: String
  /// What follows the hash: `hello-2.12`.
  public let name: String

  /// A path of these parts; nil where one of them is not well formed.
  public init?(hash: some StringProtocol, name: some StringProtocol) {
    guard hash.utf8.count == Self.hashLength, Nix32.isValid(hash), Self.isName(name) else { return nil }
    self.hash = String(hash)
    self.name = String(name)
  }

  /// `<hash>-<name>`, as references are written; nil where it is not well formed.
  public init?(baseName: some StringProtocol) {
    let bytes = baseName.utf8
    guard bytes.count > Self.hashLength + 1,
      let dash = bytes.index(bytes.startIndex, offsetBy: Self.hashLength, limitedBy: bytes.endIndex),
      bytes[dash] == UInt8(ascii: "-")
    else { return nil }
    self.init(hash: baseName[..<dash], name: baseName[bytes.index(after: dash)...])
  }

  /// `/nix/store/<hash>-<name>` and nothing below it; nil where it is not well formed.
  public init?(_ path: some StringProtocol) {
    let prefix = Self.directory + "/"
    guard path.utf8.starts(with: prefix.utf8) else { return nil }
    self.init(baseName: path[path.utf8.index(path.utf8.startIndex, offsetBy: prefix.utf8.count)...])
  }

  /// `<hash>-<name>`
  public var baseName: String { "\(hash)-\(name)" }
  /// `/nix/store/<hash>-<name>`
  public var description: String { "\(Self.directory)/\(baseName)" }
  /// The name for people: a derivation's without `.drv`.
  var shownName: Substring { isDerivation ? name.dropLast(4) : name[...] }
  /// True for the path of a derivation.
  public var isDerivation: Bool { name.utf8.suffix(4).elementsEqual(".drv".utf8) }

  /// In the order of the texts, which is the order in signatures.
  public static func < (left: StorePath, right: StorePath) -> Bool {
    left.baseName.utf8.lexicographicallyPrecedes(right.baseName.utf8)
  }

  private static func isName(_ name: some StringProtocol) -> Bool {
    let length = name.utf8.count
    guard length > 0, length <= nameLimit, name.utf8.first != UInt8(ascii: ".") else { return false }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "+-._?=".utf8.contains(byte)
      }
    }
  }
}
