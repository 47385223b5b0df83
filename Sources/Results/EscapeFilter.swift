/// Takes terminals' escape sequences out of a stream of bytes: `ESC [ ... letter`, `ESC ] ... BEL`, and single ones.
public struct EscapeFilter: Sendable {
  private enum State { case text, escape, control, string, stringEscape }
  private var state = State.text

  /// A filter before the first byte.
  public init() {}

  /// Takes the next bytes and returns what is left of them.
  public mutating func filter(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var kept: [UInt8] = []
    for byte in bytes {
      switch state {
      case .text: if byte == 0x1B { state = .escape } else { kept.append(byte) }
      case .escape: state = byte == UInt8(ascii: "[") ? .control : byte == UInt8(ascii: "]") ? .string : .text
      case .control: if (0x40...0x7E).contains(byte) { state = .text }
      case .string: if byte == 0x07 { state = .text } else if byte == 0x1B { state = .stringEscape }
      case .stringEscape: state = .text
      }
    }
    return kept
  }
}
