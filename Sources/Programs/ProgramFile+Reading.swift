public import Model

extension ProgramFile {
  /// How many bytes of a file's beginning are enough for nearly all of them.
  public static let prefixLength = 4096

  /// What the file is whose bytes `read` gives: `count` of them from `offset`, fewer where the file ends before. Asks
  /// for the first `prefixLength` bytes, and for at most three further pieces of at most 64 KiB. nil for whatever is
  /// not a program, a library or an object; never traps, whatever the bytes.
  public static func reading(_ read: (_ offset: Int64, _ count: Int) throws -> [UInt8]) rethrows -> ProgramFile? {
    let prefix = try read(0, prefixLength)
    if let header = ELFHeader(prefix) { return try elf(header, prefix, read) }
    return try archive(prefix, read)
  }

  /// The same from a file's beginning alone. A program that is linked statically and position-independent looks like a
  /// library then.
  public init?(prefix: [UInt8]) {
    let found = Self.reading { offset, count in
      guard let start = Int(exactly: offset), start < prefix.count else { return [] }
      return Array(prefix[start...].prefix(count))
    }
    guard let found else { return nil }
    self = found
  }

  private static func elf(
    _ header: ELFHeader, _ prefix: [UInt8], _ read: (Int64, Int) throws -> [UInt8]
  ) rethrows -> ProgramFile? {
    switch header.type {
    case 1: return ProgramFile(kind: .object, architecture: header.architecture)
    case 2: return ProgramFile(kind: .executable, architecture: header.architecture)
    case 3:
      let (offset, count) = header.programHeaders
      let isInPrefix = offset <= Int64(prefix.count - min(count, prefix.count))
      let table = isInPrefix ? Array(prefix[Int(offset)...].prefix(count)) : try read(offset, count)
      let segments = header.segments(table)
      let dynamic = try segments.dynamic.map { try read($0.lowerBound, Int(clamping: min($0.count, 1 << 16))) } ?? []
      let isProgram = header.isProgram(dynamic, hasInterpreter: segments.hasInterpreter)
      return ProgramFile(kind: isProgram ? .executable : .sharedLibrary, architecture: header.architecture)
    default: return nil
    }
  }

  /// An archive of objects, also a thin one, whose members are files of their own. A Debian package is an archive too.
  private static func archive(
    _ prefix: [UInt8], _ read: (Int64, Int) throws -> [UInt8]
  ) rethrows -> ProgramFile? {
    let isThin = prefix.starts(with: "!<thin>\n".utf8)
    guard isThin || prefix.starts(with: "!<arch>\n".utf8) else { return nil }
    if prefix.dropFirst(8).starts(with: "debian-binary".utf8) { return nil }
    let unknown = ProgramFile(kind: .staticLibrary, architecture: nil)
    if isThin { return unknown }
    var offset: Int64 = 8
    // The index of symbols and the list of long names come before the first object.
    for _ in 0..<3 {
      let start = offset < 2048 ? Array(prefix.dropFirst(Int(offset)).prefix(124)) : try read(offset, 124)
      guard start.count > 60, let size = decimal(start[48..<58]) else { return unknown }
      if let member = ELFHeader(Array(start[60...])) {
        return ProgramFile(kind: .staticLibrary, architecture: member.architecture)
      }
      let (end, overflow) = offset.addingReportingOverflow(60 + size + size % 2)
      if overflow { return unknown }
      offset = end
    }
    return unknown
  }

  /// A number in text, padded with spaces; at most ten digits.
  private static func decimal(_ bytes: ArraySlice<UInt8>) -> Int64? {
    Int64(String(decoding: bytes, as: UTF8.self).filter { $0 != " " }).flatMap { $0 >= 0 ? $0 : nil }
  }
}
