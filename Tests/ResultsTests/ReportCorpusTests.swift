import Model
import Results
import Testing

@Suite struct `Real reports` {
  static let files = ["junit", "tap"].flatMap { folder in
    ((try? Corpus.names(in: folder)) ?? []).filter { !$0.hasSuffix(".expected") }.map { "\(folder)/\($0)" }
  }

  @Test(arguments: files) func `hold the tests that a person finds in them`(_ path: String) throws {
    let bytes = try Corpus.bytes(path)
    let name = path.replacing("prove.txt", with: "prove.tap")
    let found = try #require(try report(bytes, name: name))
    let expected = String(decoding: try Corpus.bytes(path + ".expected"), as: UTF8.self)
    let counts = found.counts
    let lines =
      found.tests.map { $0.summary + "\n" }.joined()
      + "\(counts.passed) passed, \(counts.failed) failed, \(counts.errors) errors, \(counts.skipped) skipped\n"
    #expect(lines == expected, "\(path)")
    for pieces in [1, 2, 3, 7, 64, 1000] {
      #expect(try report(bytes, name: name, pieces: pieces) == found, "\(path) in pieces of \(pieces)")
    }
  }
}
