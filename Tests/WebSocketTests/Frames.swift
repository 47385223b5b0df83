/// Frames as a client writes them, and a reader of what a server writes: by hand, so that nothing of what is tested is
/// used for the test.
enum Frame {
  /// A frame of a client. `isMasked` and `reserved` are for clients that break the rules.
  static func client(
    _ opcode: UInt8, _ payload: [UInt8], isLast: Bool = true, isMasked: Bool = true, reserved: UInt8 = 0
  ) -> [UInt8] {
    var bytes = [(isLast ? 0x80 : 0) | reserved << 4 | opcode]
    let mark: UInt8 = isMasked ? 0x80 : 0
    switch payload.count {
    case ..<126: bytes.append(mark | UInt8(payload.count))
    case ..<65536: bytes += [mark | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    default: bytes += [mark | 127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> (8 * $0)) }
    }
    let key: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    return isMasked ? bytes + key + payload.enumerated().map { $1 ^ key[$0 % 4] } : bytes + payload
  }

  static func text(_ text: String, isLast: Bool = true) -> [UInt8] { client(1, Array(text.utf8), isLast: isLast) }

  static func close(_ code: UInt16) -> [UInt8] { client(8, [UInt8(code >> 8), UInt8(code & 255)]) }

  /// The frames of a server, each with its first byte and its payload. Traps on none: what is left over is dropped.
  static func server(_ bytes: [UInt8]) -> [(head: UInt8, payload: [UInt8])] {
    var frames: [(head: UInt8, payload: [UInt8])] = []
    var rest = bytes[...]
    while rest.count >= 2 {
      let head = rest.removeFirst()
      var count = Int(rest.removeFirst())
      let extra = count == 126 ? 2 : count == 127 ? 8 : 0
      guard rest.count >= extra else { break }
      if extra > 0 { count = rest.prefix(extra).reduce(0) { $0 << 8 | Int($1) } }
      rest.removeFirst(extra)
      guard rest.count >= count else { break }
      frames.append((head, Array(rest.prefix(count))))
      rest.removeFirst(count)
    }
    return frames
  }
}
