/// The index does not have the form it should have.
struct DamagedIndex: Error {}

extension [UInt8] {
  /// Appends an entry of the line index. Times may go back, as a second attempt's do, so the difference has a sign;
  /// it wraps, so that any two times make the way there and back.
  mutating func append(entryAfter last: Int64, milliseconds: Int64, length: Int64) {
    let difference = milliseconds &- last
    append(variable: UInt64(bitPattern: (difference &<< 1) ^ (difference &>> 63)))
    append(variable: UInt64(bitPattern: length))
  }

  /// Appends eight bytes.
  mutating func append(littleEndian value: Int64) {
    for shift in stride(from: Int64(0), to: 64, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// The number in the eight bytes at `index`; nil where they are not there.
  func littleEndian64(at index: Int) -> Int64? {
    guard index >= 0, index <= count - 8 else { return nil }
    var value: UInt64 = 0
    for position in (0..<8).reversed() { value = value << 8 | UInt64(self[index + position]) }
    return Int64(bitPattern: value)
  }

  private mutating func append(variable value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}

/// Walks over the entries of an index, from a known line on. Holds one piece of the index at a time.
struct LineCursor {
  private var number: Int64
  private var offset: Int64
  private var milliseconds: Int64
  private var bytes: [UInt8] = []
  private var position = 0
  private var openLine: IndexedLine?
  private let more: () throws -> [UInt8]

  /// Begins at line `number`, at `offset` in the log, after a line that began at `milliseconds`. `more` answers the
  /// next piece of the entries, empty at the end; `openLine` follows the last entry.
  init(
    number: Int64, offset: Int64, milliseconds: Int64, openLine: IndexedLine? = nil,
    more: @escaping () throws -> [UInt8]
  ) {
    self.number = number
    self.offset = offset
    self.milliseconds = milliseconds
    self.openLine = openLine
    self.more = more
  }

  /// The next line; nil after the last, also where the entries end inside one.
  mutating func next() throws -> IndexedLine? {
    guard let (difference, length) = try entry() else {
      defer { openLine = nil }
      return openLine
    }
    milliseconds = milliseconds &+ (Int64(bitPattern: difference >> 1) ^ -Int64(bitPattern: difference & 1))
    let line = IndexedLine(
      number: number, offset: offset, length: Int64(bitPattern: length), milliseconds: milliseconds)
    let (end, overflow) = offset.addingReportingOverflow(line.length)
    guard line.length >= 0, !overflow, end < .max else { throw DamagedIndex() }
    offset = end + 1
    number += 1
    return line
  }

  private mutating func entry() throws -> (UInt64, UInt64)? {
    while true {
      var position = position
      if let difference = try variable(&position), let length = try variable(&position) {
        self.position = position
        return (difference, length)
      }
      let piece = try more()
      if piece.isEmpty { return nil }
      bytes = Array(bytes[self.position...]) + piece
      self.position = 0
    }
  }

  private func variable(_ position: inout Int) throws -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      guard shift < 63 || (shift == 63 && byte <= 1) else { throw DamagedIndex() }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}

/// The times of an index that an earlier process left, handed out as long as its lines are those of the log.
struct EarlierTimes {
  private var cursor: LineCursor?

  init(_ cursor: LineCursor) { self.cursor = cursor }

  /// The time of the next line, where it has this length; from the first difference on, nil.
  mutating func next(length: Int64) -> Int64? {
    // A damaged index says no more than one that ended here: the log is what counts.
    guard let line = try? cursor?.next(), line.length == length else {
      cursor = nil
      return nil
    }
    return line.milliseconds
  }
}
