import Concurrency
import Lifecycle
import Testing

@Suite struct LoggerTests {
  private func lines(_ format: Logger.Format, _ body: (Logger) -> Void) -> [String] {
    let collected = Lock<[String]>([])
    body(
      Logger(minimum: .info, format: format) { line in
        collected.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
      })
    return collected.withLock { $0 }
  }

  @Test func `writes one line an event and quotes what needs it`() throws {
    let written = lines(.keyValue) { log in
      log.debug("left out")
      log.info("listening", ["address": "127.0.0.1:8080", "empty": "", "text": "two words\nand \u{1b}[31m"])
    }
    #expect(written.count == 1)
    let line = try #require(written.first)
    #expect(
      line.hasSuffix(
        #"level=info event=listening address=127.0.0.1:8080 empty="" text="two words\nand \u001b[31m""# + "\n"))
    #expect(line.hasPrefix("time=20"))
  }

  @Test func `writes JSON`() throws {
    let written = lines(.json) { $0.error("disk full", ["path": #"/a "b""#]) }
    #expect(try #require(written.first).hasSuffix(#""level":"error","event":"disk full","path":"/a \"b\""}"# + "\n"))
  }
}
