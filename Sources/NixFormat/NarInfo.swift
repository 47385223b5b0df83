/// What a binary cache says of a store path.
/// https://nix.dev/manual/nix/2.28/protocols/binary-cache-substituter
public struct NarInfo: Sendable, Hashable {
  /// How the NAR is compressed in the cache; the raw value is the narinfo's word.
  public enum Compression: String, Sendable, Hashable, CaseIterable {
    case none, xz, zstd, bzip2, gzip

    /// The end of a compressed NAR's name, with its dot.
    public var suffix: String {
      switch self {
      case .none: ""
      case .xz: ".xz"
      case .zstd: ".zst"
      case .bzip2: ".bz2"
      case .gzip: ".gz"
      }
    }
  }

  /// The path.
  public var path: StorePath
  /// Where the NAR is, relative to the cache's address.
  public var url: String
  /// How it is compressed there.
  public var compression: Compression
  /// The compressed file's hash, where the cache gives it.
  public var fileHash: NarHash?
  /// The compressed file's size in bytes, where the cache gives it.
  public var fileSize: Int64?
  /// The NAR's hash.
  public var narHash: NarHash
  /// The NAR's size in bytes; never 0.
  public var narSize: Int64
  /// Everything that the path refers to, perhaps itself.
  public var references: [StorePath]
  /// The derivation that made it, where it is known.
  public var deriver: StorePath?
  /// Who vouches for it.
  public var signatures: [NarSignature]
  /// The content address of a path that has one.
  public var contentAddress: String?

  /// A narinfo with these values.
  public init(
    path: StorePath, url: String, compression: Compression, fileHash: NarHash? = nil, fileSize: Int64? = nil,
    narHash: NarHash, narSize: Int64, references: [StorePath] = [], deriver: StorePath? = nil,
    signatures: [NarSignature] = [], contentAddress: String? = nil
  ) {
    self.path = path
    self.url = url
    self.compression = compression
    self.fileHash = fileHash
    self.fileSize = fileSize
    self.narHash = narHash
    self.narSize = narSize
    self.references = references
    self.deriver = deriver
    self.signatures = signatures
    self.contentAddress = contentAddress
  }

  /// The text that signatures are made of.
  public var fingerprint: String {
    NixFormat.fingerprint(path: path, narHash: narHash, narSize: narSize, references: references)
  }

  /// As a cache serves it, lines of `Name: value`.
  public var text: String {
    var lines = ["StorePath: \(path)", "URL: \(url)", "Compression: \(compression.rawValue)"]
    if let fileHash { lines.append("FileHash: \(fileHash)") }
    if let fileSize { lines.append("FileSize: \(fileSize)") }
    lines += ["NarHash: \(narHash)", "NarSize: \(narSize)"]
    lines.append("References: " + references.map(\.baseName).joined(separator: " "))
    if let deriver { lines.append("Deriver: \(deriver.baseName)") }
    lines += signatures.map { "Sig: \($0)" }
    if let contentAddress { lines.append("CA: \(contentAddress)") }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// The text that vouches for a store path when it is signed: everything that matters of it, and nothing of how a cache
/// keeps it.
public func fingerprint(path: StorePath, narHash: NarHash, narSize: Int64, references: [StorePath]) -> String {
  "1;\(path);\(narHash);\(narSize);" + references.sorted().map(\.description).joined(separator: ",")
}
