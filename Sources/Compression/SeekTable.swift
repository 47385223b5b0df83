/// The table at the end of a seekable zstd file: the sizes of its frames.
/// https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md
struct SeekTable: Sendable {
  static let skippableMagic: UInt32 = 0x184D_2A5E
  /// Begins a frame beside the text, which the table lists with a text of no bytes.
  static let asideMagic: UInt32 = 0x184D_2A50
  static let footerMagic: UInt32 = 0x8F92_EAB1
  static let footerSize = 9
  /// 16 MiB of table in memory and, at 256 KiB a frame, 256 GiB of text.
  static let maximumFrames = 1 << 20
  /// The largest frame that is decompressed, in bytes of text; this bounds what a hostile file makes us allocate.
  static let maximumFrameSize = 8 << 20

  /// Where frame i begins in the file; one more for the end of the last.
  private(set) var compressedOffsets: [Int64] = [0]
  /// Where the text of frame i begins; one more for the end of the last.
  private(set) var offsets: [Int64] = [0]

  init() {}

  var count: Int { offsets.count - 1 }
  /// Frames at the end that hold no text.
  var asides: Range<Int> { ((offsets.firstIndex(of: size) ?? count)..<count) }
  var size: Int64 { offsets[offsets.count - 1] }
  var compressedSize: Int64 { compressedOffsets[compressedOffsets.count - 1] }

  mutating func append(compressed: UInt32, text: UInt32) {
    // At most 2^20 frames of 2^32 bytes: no overflow.
    compressedOffsets.append(compressedSize + Int64(compressed))
    offsets.append(size + Int64(text))
  }

  /// The frame whose text holds `offset`, which lies in 0 ..< size.
  func frame(holding offset: Int64) -> Int {
    var low = 0
    var high = count
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offsets[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The skippable frame that ends the file.
  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + count * 8 + Self.footerSize)
    bytes.append(littleEndian: Self.skippableMagic)
    bytes.append(littleEndian: UInt32(count * 8 + Self.footerSize))
    for frame in 0..<count {
      bytes.append(littleEndian: UInt32(truncatingIfNeeded: compressedOffsets[frame + 1] - compressedOffsets[frame]))
      bytes.append(littleEndian: UInt32(truncatingIfNeeded: offsets[frame + 1] - offsets[frame]))
    }
    bytes.append(littleEndian: UInt32(count))
    bytes.append(0)
    bytes.append(littleEndian: Self.footerMagic)
    return bytes
  }
}

extension SeekTable {
  /// Reads the table of `file`. Everything is checked against the file's size before anything is allocated.
  init(of file: any SeekableSource) throws(CompressionError) {
    let fileSize = try file.compressedSize()
    guard fileSize >= Int64(Self.footerSize + 8) else { throw .damaged("it is too short for a seek table") }
    let footer = try file.compressedRead(Self.footerSize, at: fileSize - Int64(Self.footerSize))
    guard footer.count == Self.footerSize, footer.littleEndian32(at: 5) == Self.footerMagic else {
      throw .damaged("it does not end with a seek table")
    }
    guard footer[4] & 0x7C == 0 else { throw .damaged("its seek table has reserved bits set") }
    let entrySize = footer[4] & 0x80 == 0 ? 8 : 12
    let frames = Int(footer.littleEndian32(at: 0))
    guard frames <= Self.maximumFrames else { throw .damaged("its seek table has \(frames) frames") }
    let contentSize = frames * entrySize + Self.footerSize
    let start = fileSize - Int64(contentSize) - 8
    guard start >= 0 else { throw .damaged("its seek table is larger than the file") }
    let bytes = try file.compressedRead(contentSize + 8, at: start)
    guard bytes.count == contentSize + 8, bytes.littleEndian32(at: 0) == Self.skippableMagic,
      Int(bytes.littleEndian32(at: 4)) == contentSize
    else { throw .damaged("its seek table has no header where it should begin") }
    self.init()
    try fill(from: bytes, frames: frames, entrySize: entrySize, end: start)
  }

  private mutating func fill(
    from bytes: [UInt8], frames: Int, entrySize: Int, end: Int64
  ) throws(CompressionError) {
    compressedOffsets.reserveCapacity(frames + 1)
    offsets.reserveCapacity(frames + 1)
    for frame in 0..<frames {
      let position = 8 + frame * entrySize
      append(compressed: bytes.littleEndian32(at: position), text: bytes.littleEndian32(at: position + 4))
    }
    guard compressedSize == end else {
      throw .damaged("its seek table describes \(compressedSize) bytes of frames, and there are \(end)")
    }
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: UInt32) {
    for shift in [0, 8, 16, 24] as [UInt32] { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// The number at `index`, whose four bytes the caller knows to exist.
  func littleEndian32(at index: Int) -> UInt32 {
    UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16 | UInt32(self[index + 3]) << 24
  }
}
