import Model
import Results
import Testing

@Suite struct `Real logs` {
  @Test func `hold the messages that a person finds in them`() throws {
    let names = try Corpus.names(in: "logs", suffix: ".log")
    #expect(names.count >= 20)
    for name in names {
      let expected = String(decoding: try Corpus.bytes("logs/\(name.dropLast(4)).expected"), as: UTF8.self)
      let found = messages(in: try Corpus.bytes("logs/\(name)")).map { $0.summary + "\n" }.joined()
      #expect(found == expected, "\(name)")
    }
  }

  @Test func `give the same however they are cut`() throws {
    for name in try Corpus.names(in: "logs", suffix: ".log") {
      let log = try Corpus.bytes("logs/\(name)")
      let whole = messages(in: log)
      for pieces in [[1], [2], [3], [7], [8], [9], [1, 50], [13, 1, 200, 4], [64], [4096]] {
        #expect(messages(in: log, pieces: pieces) == whole, "\(name) in \(pieces)")
      }
    }
  }

  @Test func `give the same when cut once, at any place`() throws {
    let log = try Corpus.bytes("logs/gcc-link.log") + Corpus.bytes("logs/clang-color.log")
    let whole = messages(in: log)
    #expect(whole.count >= 7)
    for place in 1..<log.count where messages(in: log, pieces: [place, log.count]) != whole {
      Issue.record("cut at \(place)")
    }
  }

  @Test func `end in the middle of a line`() {
    #expect(messages(in: Array("a.c:1: error: no end".utf8)).map(\.summary) == ["1 error a.c:1 | no end"])
  }
}
