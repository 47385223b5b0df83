import Model
import Testing

@Suite struct QuantityTests {
  @Test(arguments: [
    ("90s", 90_000), ("10m", 600_000), ("1h30m", 5_400_000), ("250ms", 250), ("45", 45_000), ("2d", 172_800_000),
    ("0", 0), ("1m500ms", 60_500),
  ])
  func `reads durations`(text: String, milliseconds: Int64) {
    #expect(Duration(quantity: text) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", "s", "-1s", "1.5h", "1m1h", "1s1s", "10 m", "٣s", "99999999999999999999", "9999999999999999d", "1h30",
  ])
  func `refuses what is not a duration`(text: String) {
    #expect(Duration(quantity: text) == nil)
  }

  @Test(arguments: [
    (340, "340 ms"), (1_340, "1.3 s"), (12_900, "12 s"), (90_000, "1 min 30 s"), (7_500_000, "2 h 5 min"),
    (273_600_000, "3 d 4 h"),
    (-5, "0 ms"),
  ])
  func `shows durations`(milliseconds: Int64, text: String) {
    #expect(Duration.milliseconds(milliseconds).quantity == text)
  }

  @Test(
    arguments: [
      ("1GiB", 1_073_741_824), ("500MB", 500_000_000), ("12", 12), ("3 kib", 3072), ("7B", 7),
    ] as [(String, Int64)])
  func `reads sizes`(text: String, bytes: Int64) {
    #expect(ByteCount.parse(text) == bytes)
  }

  @Test(arguments: ["", "GiB", "1.5GiB", "-1", "9223372036854775807KiB", "1XB"])
  func `refuses what is not a size`(text: String) {
    #expect(ByteCount.parse(text) == nil)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1_500_000, "1.4 MiB"), (Int64.max, "8388607.9 TiB"),
    ] as [(Int64, String)])
  func `shows sizes`(bytes: Int64, text: String) {
    #expect(ByteCount.text(bytes) == text)
  }
}
