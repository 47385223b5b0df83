internal import Files

/// Reads the body of a request piece by piece.
struct UploadReader {
  /// What came of one reading.
  enum Reading: Equatable {
    /// So many bytes; 0 at the end.
    case bytes(Int)
    /// There will be more later.
    case notYet
    /// It cannot be read.
    case failed
  }

  private let body: HTTPClientRequestBody
  private var position: Int64 = 0

  init(body: HTTPClientRequestBody) { self.body = body }

  /// Fills `target` as far as it goes.
  mutating func read(into target: UnsafeMutableRawBufferPointer) -> Reading {
    var count = 0
    switch body {
    case .none: return .bytes(0)
    case .stream(let stream): return stream.read(into: target)
    case .bytes(let bytes):
      count = min(target.count, bytes.count - Int(position))
      bytes.withUnsafeBytes { source in
        target.copyBytes(from: UnsafeRawBufferPointer(rebasing: source[Int(position)...].prefix(count)))
      }
    case .file(let file, let offset, let total):
      let wanted = UnsafeMutableRawBufferPointer(rebasing: target.prefix(Int(clamping: total - position)))
      if wanted.isEmpty { return .bytes(0) }
      guard let read = try? file.read(into: wanted, at: offset + position), read > 0 else { return .failed }
      count = read
    }
    position += Int64(count)
    return .bytes(count)
  }

  /// Starts again from `offset`, when the library has to send the body once more.
  mutating func seek(to offset: Int64) -> Bool {
    if case .stream(let stream) = body { return offset == 0 && stream.isUntouched }
    guard offset >= 0, offset <= size else { return false }
    position = offset
    return true
  }

  private var size: Int64 {
    switch body {
    case .none, .stream: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .file(_, _, let count): count
    }
  }
}
