import Files
import NixFormat
import Testing

/// The files in the folder `Corpus`: narinfos and archives that were made to break a parser, and some that are right.
private enum Corpus {
  static func files(_ ending: String) throws -> [(name: String, bytes: [UInt8])] {
    let folder = String(#filePath.dropLast("CorpusTests.swift".count)) + "Corpus"
    return try FileTree.names(in: folder).filter { $0.hasSuffix(ending) }.map {
      ($0, try FileTree.contents(of: "\(folder)/\($0)", limit: 1 << 20))
    }
  }
}

private struct NotText: Error {}

@Suite struct CorpusTests {
  private static func read(_ bytes: [UInt8]) throws -> NarInfo {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw NotText() }
    return try NarInfo(parsing: text)
  }

  private static func validate(_ bytes: [UInt8], step: Int) throws {
    var validator = NarValidator()
    var rest = bytes[...]
    while !rest.isEmpty {
      try validator.feed(rest.prefix(step))
      rest = rest.dropFirst(step)
    }
    try validator.finish()
  }

  @Test func `good narinfos are taken and others refused`() throws {
    let files = try Corpus.files(".narinfo")
    #expect(files.count >= 30)
    for (name, bytes) in files {
      let info = try? Self.read(bytes)
      #expect((info != nil) == name.hasPrefix("good-"), "\(name)")
      // What was read is written so that it is read again.
      if let info { #expect(try NarInfo(parsing: info.text) == info, "\(name)") }
    }
  }

  @Test func `good archives are taken and others refused, in pieces of any size`() throws {
    let files = try Corpus.files(".nar")
    #expect(files.count >= 25)
    for (name, bytes) in files {
      for step in [1, 3, 8, 4096] {
        let isTaken = (try? Self.validate(bytes, step: step)) != nil
        #expect(isTaken == name.hasPrefix("good-"), "\(name) in pieces of \(step)")
      }
    }
  }

  @Test func `no change of a narinfo breaks the parser, and what it takes is sound`() throws {
    let files = try Corpus.files(".narinfo")
    var mutation = Mutation(seed: 20_261_121)
    for round in 0..<4000 {
      let changed = mutation.change(files[round % files.count].bytes, with: files[mutation.below(files.count)].bytes)
      guard let info = try? Self.read(changed) else { continue }
      #expect(info.narSize > 0 && info.fileSize ?? 0 >= 0 && !info.url.isEmpty)
      #expect(info.path.baseName.utf8.count > 33 && !info.path.baseName.contains("/"))
      #expect(try NarInfo(parsing: info.text) == info)
    }
  }

  @Test func `no change of an archive breaks the validator, however it is cut into pieces`() throws {
    let files = try Corpus.files(".nar").filter { $0.bytes.count < 3000 }
    var mutation = Mutation(seed: 7)
    for round in 0..<4000 {
      let changed = mutation.change(files[round % files.count].bytes, with: files[mutation.below(files.count)].bytes)
      let whole = (try? Self.validate(changed, step: .max)) != nil
      let pieces = (try? Self.validate(changed, step: 1 + mutation.below(20))) != nil
      #expect(whole == pieces)
    }
  }
}

/// Changes bytes in ways that parsers dislike, the same in every run.
struct Mutation {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ count: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return count == 0 ? 0 : Int((state >> 33) % UInt64(count))
  }

  mutating func change(_ original: [UInt8], with other: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(4) {
      let place = below(bytes.count + 1)
      switch below(6) {
      case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: below(256))
      case 1 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
      case 2: bytes.removeSubrange(place..<min(bytes.count, place + below(20)))
      case 3: bytes.insert(contentsOf: other.dropFirst(below(other.count)).prefix(below(64)), at: place)
      case 4:
        bytes.insert(contentsOf: [UInt8](repeating: UInt8(truncatingIfNeeded: below(256)), count: below(16)), at: place)
      default: if !bytes.isEmpty { bytes.swapAt(below(bytes.count), 0) }
      }
    }
    return bytes
  }
}
