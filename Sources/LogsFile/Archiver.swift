internal import Compression
internal import Files
internal import Logs
internal import Model

/// Compresses an ended log into a part file, and reads it back against the original before anybody relies on it.
struct Archiver {
  private static let chunkSize = 256 << 10

  let log: LiveLog
  /// The log as it ended.
  let snapshot: LiveLog.Snapshot
  let folders: LogFolders
  let space: FreeSpace
  /// True once the process wants to stop.
  let isStopping: () -> Bool

  private var size: Int64 { snapshot.index.size }

  /// Makes the part file, durable and verified. Throws `CancellationError` when stopped half-way.
  func makePart() throws {
    try folders.removePart(log.job)
    let file = try FileDescriptor.open(folders.part(log.job), .createNew())
    var writer = try SeekableWriter(file, frameSize: Int(min(Int64(Self.chunkSize), size)))
    try writeText(to: &writer)
    try writeIndex(to: &writer)
    try writer.finish()
    try verify(file)
    try file.synchronize()
  }

  /// Gives the part file its name. With this name the compressed log exists.
  func publish() throws {
    try folders.makeShard(log.job)
    try FileTree.rename(folders.part(log.job), to: folders.text(log.job))
  }

  private func writeText(to writer: inout SeekableWriter) throws {
    for offset in stride(from: 0, to: size, by: Self.chunkSize) {
      if isStopping() { throw CancellationError() }
      let piece = try original(at: offset)
      // At most what it takes: bytes that cannot be compressed.
      try space.claim(Int64(piece.count))
      try writer.write(piece)
    }
  }

  private func writeIndex(to writer: inout SeekableWriter) throws {
    var cursor = try log.cursor(at: 0, of: snapshot)
    // An entry takes at most 20 bytes, so a piece stays below 512 KiB.
    var piece: [UInt8] = []
    var last: Int64 = 0
    while let line = try cursor.next() {
      if line.number % ArchivedLog.linesPerPiece == 0 {
        if isStopping() { throw CancellationError() }
        if !piece.isEmpty { try writer.writeAside(piece) }
        piece.removeAll(keepingCapacity: true)
        piece.append(littleEndian: line.offset)
        piece.append(littleEndian: last)
      }
      piece.append(entryAfter: last, milliseconds: line.milliseconds, length: line.length)
      last = line.milliseconds
    }
    if !piece.isEmpty { try writer.writeAside(piece) }
  }

  private func verify(_ file: FileDescriptor) throws {
    let archived = try ArchivedLog(file)
    guard archived.state == snapshot.state else { throw damaged("it has another size than the original") }
    for offset in stride(from: 0, to: size, by: Self.chunkSize) {
      if isStopping() { throw CancellationError() }
      let found = try archived.read(from: offset, limit: Self.chunkSize)
      guard try found == original(at: offset) else {
        throw damaged("it differs from the original at byte \(offset) or after it")
      }
    }
    var original = try log.cursor(at: 0, of: snapshot)
    var copy = try archived.cursor()
    while let line = try original.next() {
      guard try copy.next() == line else { throw damaged("its index differs at line \(line.number)") }
    }
  }

  private func original(at offset: Int64) throws -> [UInt8] {
    let count = Int(min(Int64(Self.chunkSize), size - offset))
    let bytes = try log.file(.bytes).read(count: count, at: offset)
    guard bytes.count == count else { throw damaged("the original ends before byte \(offset + Int64(count))") }
    return bytes
  }

  private func damaged(_ detail: String) -> LogError { .damaged(log.job, "the compressed copy: \(detail)") }
}
