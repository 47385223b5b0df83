import ServiceGenerator
import ServiceModel
import ServiceSamples
import Testing

@Suite("Any service at all")
struct ServicePropertyTests {
  @Test(
    "A service file that was damaged is refused, or read and written as it is, and never ends the program",
    arguments: 0..<16)
  func damaged(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<40 {
      var bytes = Array(ServiceSamples.everything.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &random) { Self.damage(&bytes, &random) }
      let text = String(decoding: bytes, as: UTF8.self)
      guard let document = try? ServiceDocument(yaml: text) else { continue }
      try Self.check(document)
    }
  }

  @Test(
    "Services put together at random are the same in YAML and JSON, and generate the same bytes twice",
    arguments: 0..<16)
  func random(seed: UInt64) throws {
    var random = SeededNumbers(seed: seed)
    for _ in 0..<20 { try Self.check(RandomService.make(&random)) }
  }

  @Test("Bytes that are no text are refused", arguments: 0..<10)
  func noise(seed: UInt64) {
    var random = SeededNumbers(seed: seed)
    let bytes = (0..<500).map { _ in UInt8.random(in: 0...255, using: &random) }
    #expect(throws: MalformedService.self) { try ServiceDocument(yaml: bytes) }
    #expect(throws: MalformedService.self) { try ServiceDocument(json: bytes) }
  }

  @Test("A service that every kind of component and field is part of has no problems")
  func everything() throws {
    let document = try ServiceDocument(yaml: ServiceSamples.everything)
    #expect(document.problems() == [])
    try Self.check(document)
  }

  private static func damage(_ bytes: inout [UInt8], _ random: inout SeededNumbers) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes.remove(at: place)
    case 1: bytes[place] = UInt8.random(in: 0x20...0x7E, using: &random)
    case 2:
      bytes.insert(contentsOf: "{}[]:,'\"\\\n\t#&*!".utf8.randomElement(using: &random).map { [$0] } ?? [], at: place)
    case 3:
      // A line that goes, or comes twice.
      let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
      let line = Int.random(in: 0..<lines.count, using: &random)
      let kept =
        lines[..<line] + (Bool.random(using: &random) ? [lines[line], lines[line]] : []) + lines[(line + 1)...]
      bytes = Array(kept.joined(separator: [10]))
    default:
      // One word for another.
      let words = [
        "Products", "id", "sql", "http", "entity.products", "[]int64", "Cache.Get", "now()", "", "9", "true",
      ]
      let end = min(bytes.count, place + Int.random(in: 0...12, using: &random))
      bytes.replaceSubrange(place..<end, with: Array((words.randomElement(using: &random) ?? "").utf8))
    }
  }

  /// What is true of every document.
  private static func check(_ document: ServiceDocument) throws {
    #expect(try ServiceDocument(yaml: document.yaml) == document)
    #expect(try ServiceDocument(json: document.json) == document)
    let problems = document.problems()
    #expect(document.problems() == problems)
    guard problems.isEmpty else {
      #expect(throws: InvalidService(problems: problems)) { try ResolvedService(document) }
      return
    }
    let service = try ResolvedService(document)
    let files = try ServiceGenerator.files(of: service, module: "example.com/it")
    #expect(try ServiceGenerator.files(of: try ResolvedService(document), module: "example.com/it") == files)
    #expect(Set(files.map(\.path)).count == files.count)
    for file in files { #expect(!file.path.contains("..") && !file.path.hasPrefix("/"), "\(file.path)") }
  }
}

/// Numbers that are the same for the same seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
