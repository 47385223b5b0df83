/// Replaces secret values in a stream of bytes by `xxxxxx`, however the stream is cut into reads.
///
/// Every byte that belongs to any occurrence of any value is removed; occurrences that overlap become one `xxxxxx`.
/// Linear time; memory is bounded by the longest value. A byte is held back only while it may still turn out to be the
/// beginning of a value. Without values the input passes through as it is.
public struct Masker: Sendable {
  /// What stands for a value.
  public static let replacement = Array("xxxxxx".utf8)

  private let automaton: MaskAutomaton
  private var state: Int32 = 0
  /// Bytes received and not decided: the last `pending.count` of the stream.
  private var pending = SlidingWindow<UInt8>()
  /// Position in the stream of `pending`'s first byte, and of the end of the last replacement that was written.
  private var start = 0
  private var maskedUntil = 0
  /// Occurrences that begin at or after `start`, in order, none overlapping another.
  private var found = SlidingWindow<Range<Int>>()

  /// A masker for these values. Each is masked as a whole, with either kind of line ends, and line by line (lines
  /// under 3 bytes, as a lone brace, are not secret by themselves). Empty values are ignored.
  public init(_ values: [String]) {
    automaton = MaskAutomaton(values.flatMap { Self.variants(Array($0.utf8)) })
  }

  /// Takes the next bytes and returns what can be shown.
  public mutating func mask(_ bytes: [UInt8]) -> [UInt8] {
    if automaton.isEmpty { return bytes }
    var output: [UInt8] = []
    let isClean = bytes.withUnsafeBufferPointer { bytes in
      if state == 0 && automaton.firstBeginning(bytes, from: 0) == bytes.count { return true }
      output.reserveCapacity(pending.count + bytes.count)
      scan(bytes, &output)
      return false
    }
    if isClean { start += bytes.count }
    return isClean ? bytes : output
  }

  /// Returns what was held back; the stream has ended, or what follows does not belong to it.
  public mutating func finish() -> [UInt8] {
    var output: [UInt8] = []
    release(to: start + pending.count, &output)
    state = 0
    maskedUntil = start
    return output
  }

  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ output: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      if state == 0 {
        // Nothing is pending here: copy up to the first byte that may begin a value.
        let from = index
        index = automaton.firstBeginning(bytes, from: from)
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[from..<index]))
        start += index - from
        if index == bytes.count { return }
      }
      take(bytes[index], &output)
      index += 1
    }
  }

  private mutating func take(_ byte: UInt8, _ output: inout [UInt8]) {
    pending.append(byte)
    state = automaton.next(state, byte)
    let end = start + pending.count
    let length = automaton.found(state)
    if length > 0 { note((end - length)..<end) }
    release(to: end - automaton.depth(state), &output)
  }

  /// Joins an occurrence with those that it overlaps. It ends where the stream does, so only the last ones can.
  private mutating func note(_ occurrence: Range<Int>) {
    if occurrence.lowerBound < maskedUntil {
      maskedUntil = occurrence.upperBound
      found.removeAll()
      return
    }
    var lower = occurrence.lowerBound
    while let last = found.last, last.upperBound > lower {
      lower = min(lower, last.lowerBound)
      found.removeLast()
    }
    found.append(lower..<occurrence.upperBound)
  }

  /// Writes what is decided: everything before `limit`, and a replacement that begins there. One that begins later may
  /// still be joined with the one before by a longer value across both.
  private mutating func release(to limit: Int, _ output: inout [UInt8]) {
    var position = start
    while true {
      position = max(position, min(maskedUntil, start + pending.count))
      let next = found.first
      let plainEnd = min(limit, next?.lowerBound ?? limit)
      if plainEnd > position {
        output.append(contentsOf: pending.slice((position - start)..<(plainEnd - start)))
        position = plainEnd
      }
      guard let next, next.lowerBound <= limit else { break }
      output.append(contentsOf: Self.replacement)
      maskedUntil = next.upperBound
      found.removeFirst(1)
    }
    pending.removeFirst(position - start)
    start = position
  }

  /// The byte strings to look for so that `value` does not show.
  static func variants(_ value: [UInt8]) -> [[UInt8]] {
    let newline = UInt8(ascii: "\n")
    let carriageReturn = UInt8(ascii: "\r")
    var lines = value.split(separator: newline, omittingEmptySubsequences: false).map { line in
      line.last == carriageReturn ? Array(line.dropLast()) : Array(line)
    }
    // Line ends around the value are not secret; masking them would join lines of the log.
    while lines.last?.isEmpty == true { lines.removeLast() }
    while lines.first?.isEmpty == true { lines.removeFirst() }
    guard lines.count > 1 else { return lines }
    let whole = [Array(lines.joined(separator: [newline])), Array(lines.joined(separator: [carriageReturn, newline]))]
    return whole + lines.map(trimmed).filter { $0.count >= 3 }
  }

  private static func trimmed(_ line: [UInt8]) -> [UInt8] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
    let start = line.drop(while: isBlank)
    return Array(start.prefix((start.lastIndex { !isBlank($0) } ?? start.startIndex - 1) - start.startIndex + 1))
  }
}
