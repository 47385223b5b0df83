internal import Compression
internal import Files
internal import Logs
internal import Model

/// Compresses an ended log into two part files, and reads them back against the original before anybody relies on them.
struct Archiver {
  private static let chunkSize = 256 << 10
  /// A frame of the index takes at most 20 bytes a line.
  private static let indexFrameSize = 512 << 10

  let log: LiveLog
  let folders: LogFolders
  let space: FreeSpace
  /// True once the process wants to stop.
  let isStopping: () -> Bool

  /// Makes both part files, durable and verified. Throws `CancellationError` when stopped half-way.
  func run() throws {
    let snapshot = try log.opened()
    try folders.removeParts(log.job)
    let text = try FileDescriptor.open(folders.textPart(log.job), .createNew())
    let index = try FileDescriptor.open(folders.indexPart(log.job), .createNew())
    try writeText(to: text, size: snapshot.index.size)
    try writeIndex(to: index, snapshot)
    try verify(text: text, index: index, snapshot)
    try text.synchronize()
    try index.synchronize()
  }

  private func writeText(to file: FileDescriptor, size: Int64) throws {
    var writer = try SeekableWriter(file, frameSize: Self.chunkSize)
    for offset in stride(from: 0, to: size, by: Self.chunkSize) {
      if isStopping() { throw CancellationError() }
      let piece = try original(at: offset, size: size)
      // At most what it takes: bytes that cannot be compressed.
      try space.claim(Int64(piece.count))
      try writer.write(piece)
    }
    try writer.finish()
  }

  private func writeIndex(to file: FileDescriptor, _ snapshot: LiveLog.Snapshot) throws {
    var writer = try SeekableWriter(file, frameSize: Self.indexFrameSize)
    var cursor = try log.cursor(at: 0, of: snapshot)
    var frame: [UInt8] = []
    var last: Int64 = 0
    while let line = try cursor.next() {
      if line.number % ArchivedLog.linesPerFrame == 0 {
        if isStopping() { throw CancellationError() }
        try writer.write(frame)
        try writer.endFrame()
        frame.removeAll(keepingCapacity: true)
        frame.append(littleEndian: line.offset)
        frame.append(littleEndian: last)
      }
      frame.append(entryAfter: last, milliseconds: line.milliseconds, length: line.length)
      last = line.milliseconds
    }
    try writer.write(frame)
    try writer.finish()
  }

  private func verify(text: FileDescriptor, index: FileDescriptor, _ snapshot: LiveLog.Snapshot) throws {
    let archived = try ArchivedLog(text: text, index: index)
    guard archived.state == snapshot.state else { throw damaged("it has another size than the original") }
    for offset in stride(from: 0, to: snapshot.index.size, by: Self.chunkSize) {
      if isStopping() { throw CancellationError() }
      let found = try archived.read(from: offset, limit: Self.chunkSize)
      guard try found == original(at: offset, size: snapshot.index.size) else {
        throw damaged("it differs from the original at byte \(offset) or after it")
      }
    }
    var original = try log.cursor(at: 0, of: snapshot)
    var copy = try archived.cursor()
    while let line = try original.next() {
      guard try copy.next() == line else { throw damaged("its index differs at line \(line.number)") }
    }
  }

  private func original(at offset: Int64, size: Int64) throws -> [UInt8] {
    let count = Int(min(Int64(Self.chunkSize), size - offset))
    let bytes = try log.file(.bytes).read(count: count, at: offset)
    guard bytes.count == count else { throw damaged("the original ends before byte \(offset + Int64(count))") }
    return bytes
  }

  private func damaged(_ detail: String) -> LogError { .damaged(log.job, "the compressed copy: \(detail)") }
}
