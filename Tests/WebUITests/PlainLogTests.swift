import Testing

@testable import WebUI

struct PlainLogTests {
  @Test(arguments: [
    ("plain", "plain"), ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("10%\r20%\rdone", "done"), ("windows\r", "windows"),
    ("\u{1B}]0;title\u{07}text", "text"), ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
    ("\u{1B}(Bx", "x"), ("a\u{08}b\u{00}c\td", "abc\td"), ("\u{1B}[2Kx", "x"), ("cut\u{1B}[3", "cut"),
    ("\u{9B}31mred", "red"), ("é\u{1F600}", "é\u{1F600}"),
  ])
  func `a line is what a terminal would show at its end`(_ bytes: String, _ shown: String) {
    #expect(PlainLog.text(Array(bytes.utf8)) == shown)
  }

  @Test func `bytes that are not UTF-8 are replaced`() {
    #expect(PlainLog.text([0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
  }
}
