import Files
import Glibc
import NixFormat
import Processes
import Testing

@testable import CachePush

@Suite struct NarDumpTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func `a tree becomes what nix-store dumps of it, byte for byte`(seed: UInt64) async throws {
    try await withFolder { folder in
      var maker = TreeMaker(seed: seed)
      try maker.make(folder + "/tree")
      let expected = try await nix(["nix-store", "--dump", folder + "/tree"])
      let dumped = try dump(folder + "/tree")
      #expect(dumped == expected)
      var validator = NarValidator()
      try validator.feed(dumped[...])
      try validator.finish()
    }
  }

  @Test(arguments: ["file", "empty", "program", "link", "folder"])
  func `a root that is no folder, or an empty one, is a NAR too`(kind: String) async throws {
    try await withFolder { folder in
      let path = folder + "/" + kind
      switch kind {
      case "file": try FileTree.writeAtomically(Array("hello\n".utf8), to: path, permissions: 0o644)
      case "empty": try FileTree.writeAtomically([], to: path, permissions: 0o644)
      case "program": try FileTree.writeAtomically(Array("#!/bin/sh\n".utf8), to: path, permissions: 0o755)
      case "link": symlink("/nowhere/at all", path)
      default: try FileTree.makeDirectory(path)
      }
      #expect(try await dump(path) == nix(["nix-store", "--dump", path]))
    }
  }

  @Test func `names that are no text, and sizes around a piece, are dumped as they are`() async throws {
    try await withFolder { folder in
      for name in ["a", "B", "\u{E9}", "a b", "-x", "a.b", "ab"] as [String] {
        try FileTree.writeAtomically(Array(name.utf8), to: folder + "/" + name)
      }
      let bytes: [CChar] = folder.utf8.map { CChar(bitPattern: $0) } + [47, -1, -2, 0]
      let raw = open(bytes, O_CREAT | O_WRONLY, 0o600)
      #expect(raw >= 0)
      close(raw)
      for extra in [-1, 0, 1, 7, 8, 9] {
        let size = NarDump.pieceSize + extra
        try FileTree.writeAtomically([UInt8](repeating: 7, count: size), to: folder + "/size\(size)")
      }
      #expect(try await dump(folder) == nix(["nix-store", "--dump", folder]))
    }
  }

  @Test func `it is handed on in pieces that do not grow with the file`() async throws {
    try await withFolder { folder in
      try FileTree.writeAtomically([UInt8](repeating: 1, count: 3_000_000), to: folder + "/large")
      var largest = 0
      try NarDump.write(folder) { largest = max(largest, $0.count) }
      #expect(largest <= 2 * NarDump.pieceSize)
    }
  }

  @Test func `a socket in the tree and a path that is not there are errors, not hangs`() async throws {
    try await withFolder { folder in
      mkfifo(folder + "/fifo", 0o600)
      #expect(throws: PushError.self) { try dump(folder) }
      #expect(throws: FileError.self) { try dump(folder + "/none") }
    }
  }

  private func dump(_ path: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try NarDump.write(path) { bytes.append(contentsOf: $0) }
    return bytes
  }
}

/// Makes trees that depend on the seed alone.
struct TreeMaker {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  private mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }

  mutating func make(_ path: String, depth: Int = 0) throws {
    try FileTree.makeDirectory(path, permissions: 0o755)
    for _ in 0..<next(9) {
      let name = (0...next(12)).map { _ in String(UnicodeScalar(UInt8(33 + next(14)))) }.joined()
      let child = path + "/" + (name.allSatisfy { $0 == "." } ? "dots" : name.replacing("/", with: "é"))
      if try FileTree.status(child) != nil { continue }
      switch next(depth < 4 ? 6 : 4) {
      case 0: symlink((0...next(300)).map { _ in "x" }.joined(), child)
      case 1: try FileTree.writeAtomically([], to: child, permissions: 0o755)
      case 2, 3:
        let bytes = (0..<next(20_000)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try FileTree.writeAtomically(bytes, to: child, permissions: [0o600, 0o644, 0o700, 0o655, 0o611][next(5)])
      default: try make(child, depth: depth + 1)
      }
    }
  }
}
