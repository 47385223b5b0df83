/// Why bytes are not a NAR.
public struct NarError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where, in bytes from 0.
  public var offset: Int64
  /// What is wrong.
  public var detail: String

  /// One sentence for people.
  public var description: String { "byte \(offset) of the NAR: \(detail)" }
}

/// Splits a NAR's bytes, as they come, into its strings: a length of 8 bytes, the bytes, and zeros up to the next
/// multiple of 8. A file's content is passed by, not kept.
struct NarTokens {
  /// The longest string that is not content: a link's target.
  static let textLimit: UInt64 = 4096

  private enum State { case length, text(Int), content(UInt64), padding }

  /// Where the next byte is.
  private(set) var offset: Int64 = 0
  private var state = State.length
  private var kept: [UInt8] = []
  private var padding = 0
  private var isContentNext = false

  /// The next string is a file's content.
  mutating func expectContent() { isContentNext = true }

  /// True between two strings.
  var isBetween: Bool { if case .length = state { kept.isEmpty } else { false } }

  /// Takes from `bytes` up to the end of the next string; a content counts as an empty one. Nil where the bytes end
  /// before.
  mutating func next(_ bytes: inout ArraySlice<UInt8>) throws(NarError) -> [UInt8]? {
    while true {
      switch state {
      case .length:
        guard keep(8, &bytes) else { return nil }
        try begin(kept.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
      case .text(let length):
        guard keep(length, &bytes) else { return nil }
        state = .padding
      case .content(let left):
        let taken = min(UInt64(bytes.count), left)
        skip(Int(taken), &bytes)
        state = taken == left ? .padding : .content(left - taken)
        if taken < left { return nil }
      case .padding:
        while padding > 0 {
          guard let byte = bytes.first else { return nil }
          guard byte == 0 else { throw error("the padding is not zero") }
          skip(1, &bytes)
          padding -= 1
        }
        let text = kept
        kept = []
        state = .length
        return text
      }
    }
  }

  private mutating func begin(_ length: UInt64) throws(NarError) {
    kept = []
    padding = Int((8 - length % 8) % 8)
    if isContentNext {
      isContentNext = false
      guard length <= UInt64(Int64.max / 2) else { throw error("a file of \(length) bytes") }
      state = .content(length)
    } else {
      guard length <= Self.textLimit else { throw error("a string of \(length) bytes where a word is expected") }
      state = .text(Int(length))
    }
  }

  /// Gathers `count` bytes in `kept`; false where there are not enough yet.
  private mutating func keep(_ count: Int, _ bytes: inout ArraySlice<UInt8>) -> Bool {
    let taken = bytes.prefix(max(0, count - kept.count))
    kept += taken
    skip(taken.count, &bytes)
    return kept.count >= count
  }

  private mutating func skip(_ count: Int, _ bytes: inout ArraySlice<UInt8>) {
    bytes = bytes.dropFirst(count)
    // A NAR of 2^63 bytes would take centuries to come.
    offset &+= Int64(count)
  }

  func error(_ detail: String) -> NarError { NarError(offset: offset, detail: detail) }
}
