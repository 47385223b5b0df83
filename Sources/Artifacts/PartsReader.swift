public import Files

/// The bytes of parts, one after the other, by their offset in the whole.
public struct PartsReader: Sendable {
  private let parts: [ContentPart]
  /// Bytes in all.
  public let size: Int64

  /// Refuses sizes that cannot be.
  public init(_ parts: [ContentPart]) throws(ArtifactStoreError) {
    var total: Int64 = 0
    for part in parts {
      let (sum, isHuge) = total.addingReportingOverflow(part.size)
      guard part.size >= 0, !isHuge else { throw .changedWhileRead(expected: part.size, found: 0) }
      total = sum
    }
    self.parts = parts
    size = total
  }

  /// The file that is all of it and may be kept itself.
  public var finalFile: FileDescriptor? {
    guard parts.count == 1, parts[0].isFinal else { return nil }
    return parts[0].file
  }

  /// How many of the bytes are there now.
  public func available() throws -> Int64 {
    var total: Int64 = 0
    for part in parts { total += min(part.size, try part.file.size()) }
    return total
  }

  /// Fills `block` with the bytes from `offset`, which are part of the whole. A file that ends before its part does was
  /// changed.
  public func fill(_ block: UnsafeMutableRawBufferPointer, from offset: Int64) throws {
    if block.isEmpty { return }
    var start: Int64 = 0
    var filled = 0
    for part in parts {
      let end = start + part.size
      while filled < block.count, offset + Int64(filled) < end {
        let place = offset + Int64(filled)
        let count = Int(min(Int64(block.count - filled), end - place))
        let rest = UnsafeMutableRawBufferPointer(rebasing: block[filled..<filled + count])
        try part.arrival?.wait(for: place - start + Int64(count))
        let read = try part.file.read(into: rest, at: place - start)
        if read == 0 { throw ArtifactStoreError.changedWhileRead(expected: size, found: place) }
        filled += read
      }
      if filled == block.count { return }
      start = end
    }
    throw ArtifactStoreError.changedWhileRead(expected: size, found: offset + Int64(filled))
  }
}
