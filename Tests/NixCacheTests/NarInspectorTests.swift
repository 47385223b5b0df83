import Compression
import Crypto
import Model
import NixFormat
import Routing
import Testing

@testable import NixCache

@Suite struct NarInspectorTests {
  /// A NAR of one file of `size` bytes.
  static func nar(_ size: Int) -> [UInt8] {
    let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) }
    return NarFraming.magic + NarFraming.file(size: Int64(size), isExecutable: false) + content
      + NarFraming.fileEnd(size: Int64(size))
  }

  static func compressed(_ bytes: [UInt8], _ compression: NarInfo.Compression) throws -> [UInt8] {
    var out: [UInt8] = []
    try bytes.withUnsafeBytes { input in
      switch compression {
      case .zstd:
        var compressor = try Compressor()
        try compressor.write(input) { out += $0 }
        try compressor.finish { out += $0 }
      case .xz:
        var compressor = try XZCompressor(level: 0)
        try compressor.write(input) { out += $0 }
        try compressor.finish { out += $0 }
      default: out = bytes
      }
    }
    return out
  }

  static func submission(_ nar: [UInt8], file: [UInt8]) throws -> NarSubmission {
    var sum = try SHA256()
    sum.update(nar)
    let text = """
      {"cStoreHash":"\(String(repeating: "a", count: 32))","cStoreSuffix":"x","cNarHash":"sha256:\
      \(Nix32.string(try sum.finish()))","cNarSize":\(nar.count),"cFileHash":"\(try SHA256.hex(file))",\
      "cFileSize":\(file.count),"cReferences":[]}
      """
    return try NarSubmission(JSONParser.parse(Array(text.utf8)))
  }

  /// What an inspector says of a file that comes in pieces of `piece` bytes.
  static func inspect(
    _ file: [UInt8], _ submission: NarSubmission, _ compression: NarInfo.Compression, piece: Int = 1 << 20
  ) throws {
    let inspector = try NarInspector(submission, compression)
    try file.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: piece) {
        try inspector.take(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + piece, bytes.count)]))
      }
    }
    try inspector.accept(
      ContentDigest(sha256: try SHA256.hex(file), md5: try MD5.hex(file), size: Int64(file.count)))
  }

  @Test(arguments: [NarInfo.Compression.zstd, .xz], [0, 1, 1000, 3_000_000])
  func `takes a NAR however it comes`(_ compression: NarInfo.Compression, _ size: Int) throws {
    let nar = Self.nar(size)
    let file = try Self.compressed(nar, compression)
    let submission = try Self.submission(nar, file: file)
    for piece in [size < 10_000 ? 1 : 4099, 1 << 20] {
      try Self.inspect(file, submission, compression, piece: piece)
    }
  }

  @Test(arguments: [NarInfo.Compression.zstd, .xz])
  func `refuses every flipped byte and every cut`(_ compression: NarInfo.Compression) throws {
    let nar = Self.nar(300)
    let file = try Self.compressed(nar, compression)
    let submission = try Self.submission(nar, file: file)
    for index in file.indices {
      var damaged = file
      damaged[index] ^= 1 << UInt8(index % 8)
      #expect(throws: PushRefusal.self) { try Self.inspect(damaged, submission, compression) }
      #expect(throws: PushRefusal.self) { try Self.inspect(Array(file[..<index]), submission, compression) }
    }
    #expect(throws: PushRefusal.self) { try Self.inspect(file + [0, 0, 0, 1], submission, compression) }
  }

  @Test func `stops a small file that becomes larger than it says`() throws {
    let nar = Self.nar(50_000_000)
    let file = try Self.compressed([UInt8](repeating: 0, count: 50_000_000), .zstd)
    let submission = try Self.submission(Array(nar[..<1000]), file: file)
    let error = #expect(throws: PushRefusal.self) { try Self.inspect(file, submission, .zstd) }
    #expect(error?.description.contains("more bytes than the 1000") == true)
  }

  @Test(arguments: [NarInfo.Compression.bzip2, .gzip])
  func `does not take what it cannot check`(_ compression: NarInfo.Compression) throws {
    let submission = try Self.submission(Self.nar(1), file: [1])
    #expect(throws: PushRefusal.self) { _ = try NarInspector(submission, compression) }
  }
}
