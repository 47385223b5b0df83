public import Model
public import NixFormat

/// A store path that a cache holds.
public struct CachePath: Sendable, Hashable {
  /// Its row.
  public var id: Int64
  /// The path.
  public var path: StorePath
  /// The NAR's hash.
  public var narHash: NarHash
  /// The NAR's size in bytes.
  public var narSize: Int64
  /// The compressed NAR's hash, by which the artifact store has it.
  public var fileHash: NarHash
  /// The compressed NAR's size in bytes.
  public var fileSize: Int64
  /// How it is compressed.
  public var compression: NarInfo.Compression
  /// What it refers to.
  public var references: [StorePath]
  /// What made it, where that is known.
  public var deriver: StorePath?
  /// Who vouches for it.
  public var signatures: [NarSignature]
  /// When it was pushed.
  public var createdAt: Timestamp
  /// When it was last asked for, to within an hour.
  public var usedAt: Timestamp
  /// True where it is never collected, nor what it refers to.
  public var isPinned: Bool

  /// A path as it is pushed.
  public init(
    path: StorePath, narHash: NarHash, narSize: Int64, fileHash: NarHash, fileSize: Int64,
    compression: NarInfo.Compression, references: [StorePath], deriver: StorePath?, signatures: [NarSignature],
    createdAt: Timestamp
  ) {
    id = 0
    self.path = path
    self.narHash = narHash
    self.narSize = narSize
    self.fileHash = fileHash
    self.fileSize = fileSize
    self.compression = compression
    self.references = references
    self.deriver = deriver
    self.signatures = signatures
    self.createdAt = createdAt
    usedAt = createdAt
    isPinned = false
  }

  /// The name of its NAR's file in the cache.
  public var fileName: String { Self.fileName(fileHash, compression) }

  /// The name of a NAR's file in a cache.
  public static func fileName(_ hash: NarHash, _ compression: NarInfo.Compression) -> String {
    Nix32.string(hash.bytes) + ".nar" + compression.suffix
  }

  /// As Nix reads it.
  public var info: NarInfo {
    NarInfo(
      path: path, url: "nar/" + fileName, compression: compression, fileHash: fileHash, fileSize: fileSize,
      narHash: narHash, narSize: narSize, references: references, deriver: deriver, signatures: signatures)
  }
}

extension CachePath {
  static let columns = """
    id, hash, name, nar_hash, nar_size, file_hash, file_size, compression, refs, deriver, signatures, created_at, \
    used_at, pinned
    """

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let path = StorePath(hash: row.text(1) ?? "", name: row.text(2) ?? ""),
      let narHash = NarHash(row.text(3) ?? ""), let narSize = row.integer(4),
      let fileHash = NarHash(row.text(5) ?? ""), let fileSize = row.integer(6),
      let compression = row.text(7).flatMap(NarInfo.Compression.init), let references = row.text(8),
      let signatures = row.text(10), let created = row.time(11), let used = row.time(12)
    else {
      throw StoreError.damaged(table: "cache_paths", id: row.integer(0) ?? 0, detail: "unknown or missing value")
    }
    self.init(
      path: path, narHash: narHash, narSize: narSize, fileHash: fileHash, fileSize: fileSize,
      compression: compression, references: TextFields.list(references).compactMap { StorePath(baseName: $0) },
      deriver: row.text(9).flatMap { StorePath(baseName: $0) },
      signatures: TextFields.list(signatures).compactMap { NarSignature($0) }, createdAt: created)
    self.id = id
    usedAt = used
    isPinned = row.integer(13) == 1
  }
}
