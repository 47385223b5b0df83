internal import Crypto

/// A hash of rows in any order: the sum of the SHA-256 of each.
struct TableHash: Sendable, Hashable {
  /// How many rows.
  private(set) var count: Int64 = 0
  private var sum: [UInt64] = [0, 0, 0, 0]

  /// Takes a row.
  mutating func add(_ row: [DatabaseValue]) throws {
    var hash = try SHA256()
    for value in row {
      switch value {
      case .null: hash.update([0])
      case .integer(let integer):
        hash.update([1])
        withUnsafeBytes(of: integer.littleEndian) { hash.update($0) }
      case .text(let text): Self.add(2, Array(text.utf8), to: &hash)
      case .bytes(let bytes): Self.add(3, bytes, to: &hash)
      }
    }
    let digest = try hash.finish()
    count += 1
    for lane in sum.indices {
      let word = digest[(lane * 8)..<(lane * 8 + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      sum[lane] &+= word
    }
  }

  /// With its length before it, so that no two rows are told as the same bytes.
  private static func add(_ kind: UInt8, _ bytes: [UInt8], to hash: inout SHA256) {
    hash.update([kind])
    withUnsafeBytes(of: Int64(bytes.count).littleEndian) { hash.update($0) }
    hash.update(bytes)
  }
}
