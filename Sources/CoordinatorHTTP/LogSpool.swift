internal import Files
internal import Queue

/// What one log holds since this agent began it: the newest bytes in memory, all others in a file. Small ones need no
/// file. Counts from 0, wherever in the log its first byte is. Blocks; for one user at a time.
struct LogSpool {
  /// So many bytes are held in memory before they go to the file.
  static let memoryLimit = 64 << 10
  /// So many parts have a time of their own before older ones are joined.
  static let partLimit = 20_000

  private let path: String
  private var file: FileDescriptor?
  /// Where in the log the file's first byte belongs.
  private(set) var start: Int64 = 0
  private var written: Int64 = 0
  private var memory: [UInt8] = []
  private var parts: [(end: Int64, elapsedMilliseconds: Int64)] = []

  init(path: String) { self.path = path }

  /// Bytes in all.
  var end: Int64 { written + Int64(memory.count) }

  /// Takes the next bytes. Where the disk does not, they are held in memory all the same, and the error is thrown.
  mutating func append(_ bytes: [UInt8], elapsedMilliseconds: Int64) throws(FileError) {
    memory += bytes
    parts.append((end, elapsedMilliseconds))
    if parts.count > Self.partLimit { thin() }
    if memory.count > Self.memoryLimit { try flush() }
  }

  /// Bytes from an offset, `limit` at most, with their parts; none at the end.
  func read(from offset: Int64, limit: Int) throws(FileError) -> (bytes: [UInt8], parts: LogParts) {
    var index = firstPart(after: offset)
    var times: [LogParts.Part] = []
    var place = offset
    while index < parts.count, times.count < AgentProtocol.logPartLimit, place - offset < Int64(limit) {
      let count = min(parts[index].end - place, Int64(limit) - (place - offset))
      times.append(.init(elapsedMilliseconds: parts[index].elapsedMilliseconds, count: Int(count)))
      place += count
      index += 1
    }
    return (try bytes(offset..<place), LogParts(times))
  }

  private func bytes(_ range: Range<Int64>) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    if let file, range.lowerBound < written {
      let count = Int(min(range.upperBound, written) - range.lowerBound)
      bytes = try file.read(count: count, at: range.lowerBound - start)
      guard bytes.count == count else { throw FileError(code: 5, operation: "read", path: path) }
    }
    if range.upperBound > written {
      let first = Int(max(range.lowerBound, written) - written)
      bytes += memory[first..<Int(range.upperBound - written)]
    }
    return bytes
  }

  /// Gives up what is before an offset, so that a disk that is full takes what follows.
  mutating func drop(before offset: Int64) throws(FileError) {
    guard offset >= written else { return }
    memory.removeFirst(Int(offset - written))
    (start, written) = (offset, offset)
    try file?.truncate(to: 0)
  }

  /// Forgets all of it.
  mutating func remove() {
    if file != nil { _ = try? FileTree.removeFile(path) }
    file = nil
    memory = []
    parts = []
  }

  private mutating func flush() throws(FileError) {
    let target: FileDescriptor
    if let file { target = file } else { target = try FileDescriptor.open(path, .createNew()) }
    file = target
    try target.write(memory, at: written - start)
    written += Int64(memory.count)
    memory.removeAll(keepingCapacity: true)
  }

  /// Joins two parts each, the newest apart: only what has long arrived would be less exact, if it had to be sent again.
  private mutating func thin() {
    let recent = parts.suffix(parts.count / 4)
    let old = parts.dropLast(recent.count)
    parts = old.enumerated().filter { $0.offset % 2 == 1 || $0.offset == old.count - 1 }.map(\.element) + recent
  }

  private func firstPart(after offset: Int64) -> Int {
    var (low, high) = (0, parts.count)
    while low < high {
      let middle = (low + high) / 2
      if parts[middle].end > offset { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
