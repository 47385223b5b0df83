import Testing

import Model

@Suite struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (1_770_091_506_789, "2026-02-03T04:05:06.789Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
    (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
  ])
  func `is written and read as RFC 3339`(milliseconds: Int64, text: String) {
    #expect(Timestamp(milliseconds: milliseconds).rfc3339 == text)
    #expect(Timestamp(rfc3339: text) == Timestamp(milliseconds: milliseconds))
  }

  @Test(arguments: [
    "", "2026-02-30T00:00:00.000Z", "2026-02-03 04:05:06.789Z", "2026-02-03T04:05:06Z", "２026-02-03T04:05:06.78Z",
  ])
  func `refuses what is not a time`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func `stays in range at the ends`() {
    #expect(Timestamp(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
    #expect((Timestamp(milliseconds: .max) + .seconds(1)).milliseconds == .max)
  }
}
