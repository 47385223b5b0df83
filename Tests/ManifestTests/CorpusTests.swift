import Files
import Documents
import Manifest
import Testing

/// The files beside this one: texts that were made to break a parser, and some that are right.
enum Corpus {
  static let folder = String(#filePath.dropLast("CorpusTests.swift".count)) + "Corpus"

  static func files() throws -> [(name: String, bytes: [UInt8])] {
    try FileTree.names(in: folder).map { ($0, try FileTree.contents(of: "\(folder)/\($0)", limit: 1 << 20)) }
  }
}

/// What holds for every answer, whatever the bytes: a manifest or an error, and each diagnostic at a place that exists.
func checkSound(_ result: ManifestResult, of bytes: [UInt8], _ name: String) {
  #expect((result.manifest == nil) == !result.errors.isEmpty, "\(name)")
  // The last bytes of the characters that end lines; counting them in large texts would take longer than parsing.
  let ends: Set<UInt8> = [0x0A, 0x0D, 0x85, 0xA8, 0xA9]
  let lines = 1 + (bytes.count < 10_000 ? bytes.count { ends.contains($0) } : bytes.count)
  for diagnostic in result.diagnostics {
    let isPlaced =
      (1...lines).contains(diagnostic.line) && (1...(bytes.count + 1)).contains(diagnostic.column)
      && (diagnostic.pointer.isEmpty || diagnostic.pointer.hasPrefix("/"))
    let isSentence =
      !diagnostic.message.isEmpty && diagnostic.message.utf8.count < 1000
      && diagnostic.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }
    if !isPlaced || !isSentence { Issue.record("\(name): \(diagnostic)") }
  }
}

@Suite struct `Hostile manifests` {
  @Test func `are refused, and good ones taken`() throws {
    let files = try Corpus.files()
    #expect(files.count >= 20)
    for (name, bytes) in files {
      let result = Manifest.parse(bytes)
      checkSound(result, of: bytes, name)
      #expect((result.manifest != nil) == name.hasPrefix("good-"), "\(name): \(result.diagnostics)")
      if name.hasPrefix("good-") { #expect(result.diagnostics.isEmpty, "\(name): \(result.diagnostics)") }
    }
  }

  @Test func `never break the parser, however they are changed`() throws {
    let files = try Corpus.files().filter { $0.bytes.count < 3000 }
    var mutation = Mutation(seed: 20_260_203)
    for round in 0..<2500 {
      let (name, original) = files[round % files.count]
      let other = files[mutation.number(below: files.count)].bytes
      let bytes = mutation.change(original, with: other)
      checkSound(Manifest.parse(bytes), of: bytes, "\(name), round \(round)")
    }
  }

  @Test func `are read in time that grows with their size alone`() {
    let texts = [
      String(repeating: "[", count: 1 << 20), String(repeating: "{a: ", count: 1 << 18),
      String(repeating: "? ", count: 1 << 19), String(repeating: "- ", count: 1 << 19),
      String(repeating: "&a ", count: 1 << 18), String(repeating: "#", count: 1 << 20),
      "a: " + String(repeating: "x", count: 1 << 20 - 3), String(repeating: "a: b\n", count: 1 << 17),
      String(repeating: "\n", count: 1 << 20), "\"" + String(repeating: "\\", count: 1 << 20 - 1),
      "stages: [" + String(repeating: "a,", count: 1 << 18),
    ]
    for text in texts {
      let bytes = Array(text.utf8)
      let result = Manifest.parse(bytes)
      #expect(result.manifest == nil)
      checkSound(result, of: bytes, String(text.prefix(8)))
    }
  }
}

/// Changes texts, always in the same way for the same seed.
struct Mutation {
  private var state: UInt64
  private static let words = [
    ":", " ", "\n", "- ", "\t", "[", "]", "{", "}", "&a", "*a", "<<: ", "\"", "'", "|", ">", "#", "%", "@", "!", "? ",
    "=>", " => ", "..", "/", "\0", "\u{FEFF}", "\u{85}", "\u{2028}", "😀", "---\n", "...\n", "stages", "driver:",
    "jobs:\n", "stage: ", "commands:", "type", "null", "~", "-1", "99999999999999999999", "!!binary ", "\r", "\\",
  ]

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func number(below limit: Int) -> Int { limit > 0 ? Int(next() % UInt64(limit)) : 0 }

  mutating func change(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0...number(below: 6) {
      let at = number(below: bytes.count + 1)
      let length = min(number(below: 40), bytes.count - at)
      switch number(below: 6) {
      case 0: bytes.removeSubrange(at..<(at + length))
      case 1: bytes.insert(contentsOf: Self.words[number(below: Self.words.count)].utf8, at: at)
      case 2: if at < bytes.count { bytes[at] = UInt8(truncatingIfNeeded: next()) }
      case 3: bytes.insert(contentsOf: bytes[at..<(at + length)], at: number(below: bytes.count + 1))
      case 4:
        let from = number(below: other.count + 1)
        bytes.insert(contentsOf: other[from..<min(other.count, from + 60)], at: at)
      default: bytes.removeSubrange(at...)
      }
    }
    return bytes
  }
}
