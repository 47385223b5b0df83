import Testing

@testable import WebSocket

@Suite struct FrameCodecTests {
  private func codec(limit: Int = 1 << 20) throws -> FrameCodec { try #require(FrameCodec(messageLimit: limit)) }

  /// Feeds the bytes in pieces of a size.
  private func take(_ bytes: [UInt8], by size: Int, _ codec: FrameCodec) -> [WebSocketMessage] {
    stride(from: 0, to: bytes.count, by: size).flatMap {
      codec.take(Array(bytes[$0..<min(bytes.count, $0 + size)]))
    }
  }

  @Test(arguments: [1, 2, 3, 7, 100_000]) func `messages come whole, however their bytes come`(size: Int) throws {
    let long = String(repeating: "x", count: 70_000)
    let bytes =
      Frame.text("one") + Frame.text("", isLast: true) + Frame.client(2, [0, 255]) + Frame.text(long)
      + Frame.text("tw", isLast: false) + Frame.client(9, [1]) + Frame.client(0, Array("o".utf8))
    let codec = try codec()
    #expect(
      take(bytes, by: size, codec) == [.text("one"), .text(""), .binary([0, 255]), .text(long), .text("two")])
    #expect(!codec.isOver)
    // The ping between two parts of a message is answered with what it held.
    #expect(Frame.server(codec.takeOutput()).map(\.head) == [0x8A])
  }

  @Test(
    arguments: [
      (Frame.client(1, [0xC3, 0x28]), UInt16(1007)), (Frame.client(1, Array("a".utf8), isMasked: false), 1002),
      (Frame.client(1, [], reserved: 4), 1002), (Frame.client(3, []), 1002), (Frame.client(0, [1]), 1002),
      (Frame.client(9, [UInt8](repeating: 0, count: 126)), nil), (Frame.client(9, [], isLast: false), nil),
      (Frame.client(2, [UInt8](repeating: 0, count: 1001)), 1009),
      (
        Frame.client(1, [UInt8](repeating: 97, count: 600), isLast: false)
          + Frame.client(0, [UInt8](repeating: 97, count: 600)), 1009
      ),
      (Frame.close(1005), 1002),
    ] as [([UInt8], UInt16?)])
  func `violations end the connection with the code that the standard names`(bytes: [UInt8], code: UInt16?) throws {
    let codec = try codec(limit: 1000)
    #expect(codec.take(bytes).isEmpty)
    #expect(codec.isOver)
    let frames = Frame.server(codec.takeOutput())
    #expect(frames.map(\.head) == [0x88])
    // Of some the library only says the end.
    if let code { #expect(frames.first.map { Array($0.payload.prefix(2)) } == [UInt8(code >> 8), UInt8(code & 255)]) }
    #expect(codec.take(Frame.text("more")).isEmpty)
    #expect(!codec.add(.text("no one hears it")))
  }

  @Test func `the peer's end is answered with its own code`() throws {
    let codec = try codec()
    #expect(codec.take(Frame.text("last") + Frame.close(1000) + Frame.text("too late")) == [.text("last")])
    #expect(codec.isOver)
    #expect(codec.receivedCloseCode == 1000)
    #expect(Frame.server(codec.takeOutput()).map(\.payload) == [[3, 232]])
  }

  @Test func `what is sent is unmasked and in order, and nothing follows the end`() throws {
    let codec = try codec()
    #expect(codec.add(.text("grün")))
    codec.addPing()
    #expect(codec.add(.binary([UInt8](repeating: 7, count: 70_000))))
    var output = codec.takeOutput()
    codec.addClose(.serverError, reason: String(repeating: "r", count: 200))
    #expect(!codec.add(.text("more")))
    output += codec.takeOutput()
    let frames = Frame.server(output)
    // A ping goes before messages that wait.
    #expect(frames.map(\.head).sorted() == [0x81, 0x82, 0x88, 0x89])
    #expect(frames.last?.head == 0x88)
    #expect(frames.last?.payload.count == 125)
    #expect(frames.first { $0.head == 0x81 }?.payload == Array("grün".utf8))
  }

  @Test(arguments: 0..<200) func `any bytes leave it in a state to go on or to end`(seed: UInt64) throws {
    var random = Generator(state: seed)
    let codec = try codec(limit: 4096)
    for _ in 0..<40 {
      var bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      // Now and then something that makes sense, so that deeper states are reached.
      if random.next() % 2 == 0 {
        bytes = Frame.client(
          UInt8(random.next() % 11), bytes, isLast: random.next() % 3 > 0, isMasked: random.next() % 8 > 0)
      }
      _ = codec.take(bytes)
      _ = codec.takeOutput()
      if codec.isOver { #expect(codec.take(Frame.text("x")).isEmpty) }
    }
  }
}

/// A sequence of numbers that depends on nothing but its beginning (SplitMix64).
private struct Generator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
