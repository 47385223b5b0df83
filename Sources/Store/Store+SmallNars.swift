internal import Model
public import NixFormat

extension Store {
  /// Up to how many bytes a compressed NAR is kept beside its path rather than in a file of its own: where files are
  /// expensive, thousands of small ones take longer than all of their bytes.
  public static let smallNarLimit: Int64 = 64 << 10

  /// The content of a small NAR by its hash; nil where none is kept.
  public func smallNar(_ file: NarHash) async throws -> [UInt8]? {
    try await database.read { connection in
      try connection.first("SELECT content FROM small_nars WHERE sha256 = $1", [.text(file.hexadecimal)]) {
        $0.bytes(0) ?? []
      }
    }
  }
}

extension DatabaseConnection {
  /// Keeps the content of a path's NAR; equal content once.
  func keepNar(_ content: [UInt8], _ file: NarHash, of cache: CacheID) throws {
    try execute(
      """
      INSERT INTO small_nars (sha256, owner, content) SELECT $2, owner, $3 FROM caches WHERE id = $1
      ON CONFLICT (sha256) DO NOTHING
      """, [.integer(cache.rawValue), .text(file.hexadecimal), .bytes(content)])
  }

  /// Removes content that no path of any cache has any more. Call it when the path is gone. False where the content is
  /// not kept here.
  func dropNar(_ file: NarHash) throws -> Bool {
    try execute(
      """
      DELETE FROM small_nars WHERE sha256 = $1 AND NOT EXISTS (SELECT 1 FROM cache_paths WHERE file_hash = $1)
      """, [.text(file.hexadecimal)]) > 0
  }

  /// Removes content that only paths of this cache have. Call it before they go.
  func dropNars(onlyOf cache: CacheID) throws {
    try execute(
      """
      DELETE FROM small_nars WHERE sha256 IN (SELECT file_hash FROM cache_paths WHERE cache = $1) AND NOT EXISTS
        (SELECT 1 FROM cache_paths other WHERE other.file_hash = small_nars.sha256 AND other.cache <> $1)
      """, [.integer(cache.rawValue)])
  }
}
