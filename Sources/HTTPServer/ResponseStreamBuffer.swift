/// What a stream has written and the connection has not yet taken. Pure: the exchange acts on what it returns.
struct ResponseStreamBuffer {
  /// From this many bytes on, writers wait.
  static let highWater = 256 * 1024
  /// From here down, they go on.
  static let lowWater = 128 * 1024

  private enum End { case open, complete, failed }
  private var chunks: [[UInt8]] = []
  private var first = 0
  /// Bytes of the first chunk that were already taken.
  private var offset = 0
  private var count = 0
  private var end = End.open

  /// What the connection gets.
  enum Reading: Hashable {
    case bytes(Int)
    case end
    case failure
    case nothingYet
  }

  var isFull: Bool { count >= Self.highWater }
  /// Writers may go on.
  var hasRoom: Bool { count <= Self.lowWater }

  /// Adds what was written.
  mutating func append(_ bytes: [UInt8]) {
    chunks.append(bytes)
    count += bytes.count
  }

  /// Nothing more will be written; `failed` cuts the connection after what there is.
  mutating func finish(failed: Bool) { if end == .open { end = failed ? .failed : .complete } }

  /// Forgets everything: there is nobody to send it to.
  mutating func clear() { self = ResponseStreamBuffer() }

  /// Fills `target` as far as it goes, so that many small writes leave in one packet.
  mutating func read(into target: UnsafeMutableRawBufferPointer) -> Reading {
    var filled = 0
    while filled < target.count, first < chunks.count {
      let chunk = chunks[first]
      let taken = min(chunk.count - offset, target.count - filled)
      chunk.withUnsafeBytes { bytes in
        target[filled...].copyBytes(from: bytes[offset..<(offset + taken)])
      }
      filled += taken
      offset += taken
      if offset == chunk.count { dropFirst() }
    }
    count -= filled
    if filled > 0 { return .bytes(filled) }
    switch end {
    case .open: return .nothingYet
    case .complete: return .end
    case .failed: return .failure
    }
  }

  private mutating func dropFirst() {
    chunks[first] = []
    first += 1
    offset = 0
    if first == chunks.count {
      chunks.removeAll(keepingCapacity: first <= 64)
      first = 0
    } else if first >= 1024 {
      chunks.removeFirst(first)
      first = 0
    }
  }
}
