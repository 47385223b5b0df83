/// Makes the output of a build safe to show on a terminal. A job's output is hostile: an escape sequence could retitle
/// the window, fill the clipboard, or make the terminal answer. Text, tabs, line ends and colours pass; every other
/// escape sequence and control character is left out. Bytes may come in pieces of any size.
public struct TerminalFilter: Sendable {
  private enum State {
    case text, escape
    /// `ESC [` and what came of it.
    case control([UInt8])
    /// A string for the terminal, up to BEL or `ESC \`.
    case string, stringEscape
    /// After 0xC2, which begins the control characters of Latin-1 in UTF-8.
    case latin
  }
  private var state = State.text
  private let keepsColours: Bool

  /// A filter; without colours, colour sequences are left out too.
  public init(keepsColours: Bool = true) { self.keepsColours = keepsColours }

  /// What may be shown of `bytes`.
  public mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
    var shown: [UInt8] = []
    shown.reserveCapacity(bytes.count)
    for byte in bytes { take(byte, &shown) }
    return shown
  }

  private mutating func take(_ byte: UInt8, _ shown: inout [UInt8]) {
    switch state {
    case .text: text(byte, &shown)
    case .latin:
      state = .text
      if !(0x80...0x9F).contains(byte) {
        shown.append(0xC2)
        text(byte, &shown)
      }
    case .escape: escape(byte, &shown)
    case .control(let sequence): control(byte, sequence, &shown)
    case .string:
      if byte == 0x07 || byte == 0x0A { state = .text }
      if byte == 0x1B { state = .stringEscape }
    case .stringEscape: state = byte == UInt8(ascii: "\\") ? .text : .string
    }
  }

  private mutating func text(_ byte: UInt8, _ shown: inout [UInt8]) {
    switch byte {
    case 0x1B: state = .escape
    case 0xC2: state = .latin
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x80...0xFF: shown.append(byte)
    default: break
    }
  }

  private mutating func escape(_ byte: UInt8, _ shown: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "["): state = .control([])
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"): state = .string
    case 0x20...0x2F: break
    case 0x0A:
      state = .text
      shown.append(byte)
    case 0x1B: break
    default: state = .text
    }
  }

  private mutating func control(_ byte: UInt8, _ sequence: [UInt8], _ shown: inout [UInt8]) {
    switch byte {
    case 0x30...0x3B where sequence.count < 64: state = .control(sequence + [byte])
    case UInt8(ascii: "m") where !sequence.contains(0x3C):
      state = .text
      if keepsColours { shown += [0x1B, UInt8(ascii: "[")] + sequence + [byte] }
    case 0x20...0x3F: state = .control([0x3C])
    case 0x1B: state = .escape
    case 0x0A:
      state = .text
      shown.append(byte)
    default: state = .text
    }
  }
}
