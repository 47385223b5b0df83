import CommandLineClient
import Model
import Testing

@testable import struct CommandLineClient.TextTable

private func shown(_ text: String, keepsColours: Bool = true, pieces: Int = .max) -> String {
  var filter = TerminalFilter(keepsColours: keepsColours)
  let bytes = Array(text.utf8)
  var shown: [UInt8] = []
  for start in stride(from: 0, to: bytes.count, by: min(pieces, bytes.count)) {
    shown += filter.filter(Array(bytes[start..<min(start + min(pieces, bytes.count), bytes.count)]))
  }
  return String(decoding: shown, as: UTF8.self)
}

@Suite struct `Output of a build on a terminal` {
  @Test(arguments: [
    ("plain\ttext\r\n", "plain\ttext\r\n"), ("é😀ñ", "é😀ñ"), ("\u{1B}[1;31mred\u{1B}[0m", "\u{1B}[1;31mred\u{1B}[0m"),
    ("a\u{1B}]0;title\u{7}b", "ab"), ("a\u{1B}]52;c;ZWNobw==\u{1B}\\b", "ab"), ("a\u{1B}[2J\u{1B}[Hb", "ab"),
    ("a\u{1B}[?1049hb", "ab"), ("a\u{1B}P1$r\u{1B}\\b", "ab"), ("a\u{1B}cb", "ab"), ("a\u{1B}(0b", "ab"),
    ("a\u{7}\u{8}\u{0}b", "ab"), ("a\u{9B}2Jb", "a2Jb"), ("a\u{1B}]never ended\nb", "ab"), ("a\u{1B}[>4;2mb", "ab"),
    ("a\u{1B}[\u{1B}[31mb", "a\u{1B}[31mb"), ("a\u{1B}\nb", "a\nb"),
  ])
  func `is text and colours and nothing else`(text: String, safe: String) {
    #expect(shown(text) == safe)
    #expect(shown(text, pieces: 1) == safe)
  }

  @Test func `has no colours where none are wanted`() {
    #expect(shown("\u{1B}[31mred\u{1B}[0m", keepsColours: false) == "red")
  }
}

@Suite struct `A build that is shown` {
  @Test func `has a heading and an ending for each job, on lines of their own`() {
    var renderer = BuildRenderer(style: Style(isColoured: false), isTerminal: false)
    var bytes = renderer.heading(stage: "test", job: "unit")
    bytes += renderer.output(Array("no line end".utf8))
    bytes += renderer.jobEnded(.failed, exitCode: 2, duration: .milliseconds(1340))
    bytes += renderer.heading(stage: "make", job: "a\u{1B}b")
    bytes += renderer.jobEnded(.skipped)
    bytes += renderer.buildEnded(.failed, reason: "it broke", duration: .seconds(12))
    let text = """
      ==> test / unit
      no line end
          failed with status 2 after 1.3 s
      ==> make / a?b
          skipped
      ==> Failed after 12 s: it broke

      """
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }

  @Test func `leaves bytes alone in a pipe`() {
    var renderer = BuildRenderer(style: Style(isColoured: false), isTerminal: false)
    let bytes: [UInt8] = [0x1B, 0x5B, 0x32, 0x4A, 0xFF, 0x00]
    #expect(renderer.output(bytes) == bytes)
  }

  @Test func `does not let a job's colour run on`() {
    var renderer = BuildRenderer(style: Style(isColoured: true), isTerminal: true)
    _ = renderer.output(Array("\u{1B}[31mred".utf8))
    #expect(renderer.jobEnded(.passed).starts(with: Array("\u{1B}[0m\n".utf8)))
  }
}

@Suite struct `A table` {
  @Test func `has columns that line up and cuts its last one to the terminal`() {
    var table = TextTable(["A", "LONGER", "REST"], width: 18)
    table.add([.init("xyz"), .init("1"), .init("a long remark")])
    table.add([.init(""), .init("2", paint: { "<\($0)>" }), .init("b\u{7}")])
    let text = "A    LONGER  REST\nxyz  1       a lo…\n     <2>       b?\n"
    #expect(table.text(Style(isColoured: false)) == text)
  }

  @Test func `lines up also where what is shown is longer than what was sent`() {
    var table = TextTable(["A", "B"])
    table.add([.init("1\r\n2\r\n3\r\n4\r\n5"), .init("x")])
    #expect(table.text(Style(isColoured: false)) == "A              B\n1??2??3??4??5  x\n")
  }
}
