import Model
import Store
import Testing

@testable import NixCache

@Suite struct GarbageSelectionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// `name>references@seconds ago*size`, with `!` for a pin.
    var paths: String
    var olderThan: Int64?
    var maxSize: Int64?
    /// In the order of deletion.
    var deleted: String
  }

  static let cases = [
    Case(testDescription: "nothing without a limit", paths: "a@9 b@1", deleted: ""),
    Case(testDescription: "what is older goes", paths: "a@9 b@5 c@4", olderThan: 5, deleted: "ab"),
    Case(testDescription: "of age 0 everything goes", paths: "a@9 b@0", olderThan: 0, deleted: "ab"),
    Case(
      testDescription: "what a young path refers to stays, through others too", paths: "a>b@1 b>c@9 c@9 d@9",
      olderThan: 5, deleted: "d"),
    Case(testDescription: "what a pinned path refers to stays", paths: "a>b@9! b@9 c>b@9", olderThan: 0, deleted: "c"),
    Case(testDescription: "referrers go first", paths: "c@9 b>c@9 a>bc@9", olderThan: 1, deleted: "abc"),
    Case(testDescription: "a circle goes as a whole", paths: "a>b@9 b>a@9 c>c@9", olderThan: 1, deleted: "cab"),
    Case(testDescription: "what is not in the cache is no reference", paths: "a>xyz@9", olderThan: 1, deleted: "a"),
    Case(
      testDescription: "what was longest not asked for goes until the rest fits", paths: "a@3 b@9 c@5", maxSize: 10,
      deleted: "bc"),
    Case(testDescription: "what fits stays", paths: "a@3 b@9", maxSize: 20, deleted: ""),
    Case(
      testDescription: "a path goes after what refers to it, however old it is", paths: "a@9 b>a@1 c@5", maxSize: 0,
      deleted: "cba"),
    Case(
      testDescription: "a pinned path and what it refers to stay", paths: "a>b@9! b@9 c@1", maxSize: 0, deleted: "c"),
    Case(
      testDescription: "age first, then size", paths: "a@9 b@4 c@3 d@2", olderThan: 5, maxSize: 20, deleted: "ab"),
    Case(testDescription: "sizes count", paths: "a@9*5 b@8*100 c@7*1", maxSize: 101, deleted: "a"),
    Case(testDescription: "an age beyond all time deletes nothing", paths: "a@9", olderThan: .max, deleted: ""),
  ]

  @Test(arguments: cases)
  func `deletes`(_ testCase: Case) throws {
    let now = Timestamp(milliseconds: 1_800_000_000_000)
    let paths = testCase.paths.split(separator: " ").map { Self.path($0, now) }
    let garbage = GarbageSelection(paths).garbage(
      CollectionRequest(olderThan: testCase.olderThan, maxSize: testCase.maxSize), at: now)
    let names = garbage.compactMap { id in paths.first { $0.id == id }?.hash }
    #expect(names.joined() == testCase.deleted)
  }

  private static func path(_ text: Substring, _ now: Timestamp) -> CollectablePath {
    let isPinned = text.hasSuffix("!")
    let fields = text.split { "@*!".contains($0) }
    let names = fields[0].split(separator: ">")
    return CollectablePath(
      id: Int64(names[0].utf8.first ?? 0), hash: String(names[0]),
      references: names.dropFirst().joined().map(String.init), size: fields.count > 2 ? Int64(fields[2]) ?? 0 : 10,
      usedAt: now + .seconds(-(Int64(fields[1]) ?? 0)), isPinned: isPinned)
  }

  @Test func `never leaves a path whose references are gone, nor more than was asked for`() {
    var random = SeededNumbers(seed: 7)
    let now = Timestamp(milliseconds: 1_800_000_000_000)
    for _ in 0..<300 {
      let count = Int.random(in: 0...40, using: &random)
      let paths = (0..<count).map { index in
        CollectablePath(
          id: Int64(index), hash: "\(index)",
          references: (0..<Int.random(in: 0...3, using: &random)).map { _ in
            "\(Int.random(in: 0...index, using: &random))"
          },
          size: .random(in: 0...100, using: &random), usedAt: now + .seconds(-Int64.random(in: 0...50, using: &random)),
          isPinned: Int.random(in: 0..<10, using: &random) == 0)
      }
      let request = CollectionRequest(
        olderThan: Bool.random(using: &random) ? .random(in: 0...60, using: &random) : nil,
        maxSize: Bool.random(using: &random) ? .random(in: 0...2000, using: &random) : nil)
      let gone = GarbageSelection(paths).garbage(request, at: now)
      #expect(Set(gone).count == gone.count)
      let kept = paths.filter { !gone.contains($0.id) }
      for path in kept { for name in path.references { #expect(kept.contains { $0.hash == name }) } }
      for (place, id) in gone.enumerated() {
        // Nothing that goes later, and nothing that stays, refers to it.
        for later in gone[(place + 1)...] { #expect(!paths[Int(later)].references.contains("\(id)")) }
        #expect(!paths[Int(id)].isPinned)
      }
    }
  }
}

/// Numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
  }
}
