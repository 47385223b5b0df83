/// Finds out why a build failed from what its jobs wrote, as one sentence that a person can act on: which tool, header
/// or library is missing and the Debian package that has it, which line does not compile, what make has no rule for.
///
/// Fed with the bytes of one job's output as they come, however they are cut. Memory is constant; a line counts up to
/// its first 1,000 bytes.
public struct FailureScanner: Sendable {
  private static let lineLimit = 1000
  /// So many bytes of lines are looked at together.
  private static let blockSize = 2048

  private var line: [UInt8] = []
  /// True where the line holds something that is worth reading it for.
  private var isHot = false
  /// True where the beginning of the line has come.
  private var isWithinLine = false
  /// The last four bytes, in lower case.
  private var recent: UInt32 = 0
  private var reader = FailureReader()

  /// A scanner of a job's output.
  public init() {}

  /// Takes the next bytes.
  public mutating func scan(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { bytes in
      FailureHints.table.withUnsafeBufferPointer { table in
        var start = bytes.startIndex
        while start < bytes.endIndex {
          let lines = Self.wholeLines(bytes[start...].prefix(Self.blockSize))
          // Nearly always there is nothing in so many lines, and they need not be told apart.
          if !isWithinLine, !reader.wantsNext, !lines.isEmpty, !FailureHints.isHot(lines, table) {
            start += lines.count
            continue
          }
          // What was cut off before goes on, or a line that may be long begins.
          guard let length = bytes[start...].firstIndex(of: 10).map({ $0 - start }) else { break }
          let text = UnsafeBufferPointer(rebasing: bytes[start..<(start + length)])
          if isWithinLine { look(at: text, table) } else { isHot = FailureHints.isHot(text, table) }
          end(with: text)
          start += length + 1
        }
        let rest = UnsafeBufferPointer(rebasing: bytes[start...])
        if rest.isEmpty { return }
        look(at: rest, table)
        keep(rest)
        isWithinLine = true
      }
    }
  }

  /// The lines of a block that end in it.
  private static func wholeLines(_ block: Slice<UnsafeBufferPointer<UInt8>>) -> UnsafeBufferPointer<UInt8> {
    let end = block.lastIndex(of: 10).map { $0 + 1 } ?? block.startIndex
    return UnsafeBufferPointer(rebasing: block[block.startIndex..<end])
  }

  /// Looks for hints in a part of a line, whose beginning may have come before.
  private mutating func look(at text: UnsafeBufferPointer<UInt8>, _ table: UnsafeBufferPointer<UInt32>) {
    for byte in text {
      recent = recent &<< 8 | UInt32(truncatingIfNeeded: byte | 0x20)
      if FailureHints.mayHold(recent, table), FailureHints.isHint(recent) { isHot = true }
    }
  }

  /// Why the job failed, as one sentence without a full stop; nil where the output does not say. `exitCode` is the
  /// job's own, where it is known. Whatever the scanner has taken so far counts; it can go on afterwards.
  public func reason(exitCode: Int32? = nil) -> String? {
    var last = reader
    if !line.isEmpty { last.read(Self.text(line), isHot: isHot) }
    return last.reason(exitCode: exitCode)
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
    let room = Self.lineLimit - line.count
    if room > 0 { line.append(contentsOf: bytes.prefix(room)) }
  }

  private mutating func end(with bytes: UnsafeBufferPointer<UInt8>) {
    if isHot || reader.wantsNext {
      keep(bytes)
      reader.read(Self.text(line), isHot: isHot)
    }
    line.removeAll(keepingCapacity: true)
    (isHot, isWithinLine, recent) = (false, false, 0)
  }

  /// A line as people see it: without escapes for colours, and without what a carriage return has overwritten.
  private static func text(_ line: [UInt8]) -> String {
    var shown: [UInt8] = []
    var index = 0
    while index < line.count {
      let byte = line[index]
      index += 1
      if byte == 0x1B {
        guard index < line.count, line[index] == UInt8(ascii: "[") else { continue }
        while index < line.count, !(0x40...0x7E).contains(line[index]) || line[index] == UInt8(ascii: "[") {
          index += 1
        }
        index += 1
      } else if byte == 13, index < line.count {
        shown.removeAll()
      } else if byte >= 32 || byte == 9 {
        shown.append(byte == 9 ? 32 : byte)
      }
    }
    return String(decoding: shown, as: UTF8.self)
  }
}

/// What a line must hold to be read: four letters each, in lower case, so that nearly all lines pass unread.
enum FailureHints {
  static let words = [
    "rror", "ot f", "ot i", "kill", "no r", "such", "unde", "memo", "issi", "ckag", "pace", "no t", "none",
  ].map { $0.utf8.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }

  /// The first three letters of each hint and its last three, so that every second place of a text meets one of them.
  static let triples = Set(words.flatMap { [$0 & 0xFFFF_FF00, $0 << 8] })

  /// Each triple at its `place`; 0 elsewhere, which three bytes with these bits set are not.
  static let table: [UInt32] = triples.reduce(into: [UInt32](repeating: 0, count: 512)) { $0[place(of: $1)] = $1 }

  /// True where `text`, one or more whole lines, holds a hint: none has the end of a line in it. Every second place is
  /// looked at, and each by itself, so that the processor looks at several at a time.
  static func isHot(_ text: UnsafeBufferPointer<UInt8>, _ table: UnsafeBufferPointer<UInt32>) -> Bool {
    let bytes = UnsafeRawBufferPointer(text)
    let last = bytes.count - 4
    for index in stride(from: 0, through: last, by: 2) where mayHold(word(in: bytes, at: index), table) {
      if isHint(word(in: bytes, at: index)) || index > 0 && isHint(word(in: bytes, at: index - 1)) { return true }
    }
    return last > 0 && isHint(word(in: bytes, at: last))
  }

  /// True where four bytes, in lower case, are a hint.
  static func isHint(_ word: UInt32) -> Bool { words.contains(word) }

  /// False where three bytes in lower case, the upper ones of `word`, are of no hint.
  @inline(__always)
  static func mayHold(_ word: UInt32, _ table: UnsafeBufferPointer<UInt32>) -> Bool {
    table[place(of: word & 0xFFFF_FF00)] == word & 0xFFFF_FF00
  }

  /// Four bytes, in lower case, the first as the highest.
  @inline(__always)
  private static func word(in bytes: UnsafeRawBufferPointer, at index: Int) -> UInt32 {
    UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self)) | 0x2020_2020
  }

  /// Where a triple stands in the table; no two of them at one place.
  @inline(__always)
  private static func place(of triple: UInt32) -> Int { Int(truncatingIfNeeded: (triple &* 0x91B7_584B) &>> 23) }
}
