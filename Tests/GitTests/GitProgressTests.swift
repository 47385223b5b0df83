import Testing

@testable import Git

struct GitProgressTests {
  @Test func `Of lines that overwrite each other one in two seconds is kept, and every finished one`() {
    let start = ContinuousClock.now
    var progress = GitProgress(now: start)
    func take(_ text: String, _ seconds: Int) -> String {
      String(decoding: progress.take(Array(text.utf8), now: start + .seconds(seconds)), as: UTF8.self)
    }
    #expect(
      take("Cloning into '/x'...\nCloning into bare repository '/y'...\nRemote\r\nCounting: 1%\rCounting: 2%\r", 0)
        == "Remote\n")
    #expect(take("Counting: 3%   \rC", 2) == "Counting: 2%\n")
    #expect(take("ounting: 4%\rCoun", 3) == "")
    #expect(take("ting: 100%, done.\u{1b}[K\n\n", 3) == "Counting: 100%, done.\n")
    #expect(take("fatal: the end", 4) == "")
    #expect(String(decoding: progress.finish(), as: UTF8.self) == "fatal: the end\n")
  }

  @Test func `A line without an end does not grow without bound`() {
    var progress = GitProgress(now: .now)
    let shown = progress.take([UInt8](repeating: 65, count: 100_000), now: .now)
    #expect(shown.count + progress.finish().count >= 100_000)
  }
}
