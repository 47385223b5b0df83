import NixFormat
import Testing

@Suite struct Nix32Tests {
  @Test(arguments: [
    ([UInt8](), ""), ([0x1f], "0z"), ([0xff, 0xff], "1zzz"),
    // `nix hash to-base32` of the SHA-256 of nothing.
    (
      [
        0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae,
        0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
      ], "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73"
    ),
  ])
  func `writes and reads bytes`(_ bytes: [UInt8], _ text: String) {
    #expect(Nix32.string(bytes) == text)
    #expect(Nix32.bytes(text, count: bytes.count) == bytes)
  }

  @Test func `reads what it has written`() {
    var random = SystemRandomNumberGenerator()
    for count in 0...70 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Nix32.bytes(Nix32.string(bytes), count: count) == bytes)
    }
  }

  @Test(arguments: [("e0", 1), ("0Z", 1), ("zz", 1), ("0", 1), ("000", 1), ("", 1), ("0é", 1), ("00", -1)])
  func `refuses what is not its own`(_ text: String, _ count: Int) {
    #expect(Nix32.bytes(text, count: count) == nil)
  }
}
