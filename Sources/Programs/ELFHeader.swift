/// The beginning of an ELF file, as `elf(5)` describes it. Every number comes from the file and is taken as hostile.
struct ELFHeader: Sendable {
  /// `ET_REL` 1, `ET_EXEC` 2, `ET_DYN` 3.
  let type: UInt64
  /// Where the program headers are, and how many bytes of them are looked at.
  let programHeaders: (offset: Int64, count: Int)
  private let machine: UInt64
  private let is64: Bool
  private let isBigEndian: Bool
  private let entrySize: Int

  /// nil where `bytes` do not begin with a whole header of a known form.
  init?(_ bytes: [UInt8]) {
    guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]), bytes.count >= 52, bytes[6] == 1 else { return nil }
    guard bytes[4] == 1 || bytes[4] == 2, bytes[5] == 1 || bytes[5] == 2 else { return nil }
    (is64, isBigEndian) = (bytes[4] == 2, bytes[5] == 2)
    let reader = ByteReader(bytes: bytes, isBigEndian: isBigEndian)
    guard let type = reader.number(at: 16, size: 2), let machine = reader.number(at: 18, size: 2),
      let offset = is64 ? reader.number(at: 32, size: 8) : reader.number(at: 28, size: 4),
      let size = reader.number(at: is64 ? 54 : 42, size: 2), let count = reader.number(at: is64 ? 56 : 44, size: 2)
    else { return nil }
    (self.type, self.machine) = (type, machine)
    entrySize = Int(clamping: size)
    // Neither number is more than 65,535.
    let table = min(Int(clamping: size * count), 1 << 16)
    programHeaders = Int64(exactly: offset).map { ($0, table) } ?? (0, 0)
  }

  /// What of the segments tells programs from libraries.
  func segments(_ table: [UInt8]) -> (hasInterpreter: Bool, dynamic: Range<Int64>?) {
    var found: (hasInterpreter: Bool, dynamic: Range<Int64>?) = (false, nil)
    guard entrySize >= (is64 ? 56 : 32) else { return found }
    let reader = ByteReader(bytes: table, isBigEndian: isBigEndian)
    for start in stride(from: 0, to: table.count, by: entrySize) {
      let kind = reader.number(at: start, size: 4)
      if kind == 3 { found.hasInterpreter = true }
      guard kind == 2, let offset = reader.number(at: start + (is64 ? 8 : 4), size: is64 ? 8 : 4),
        let size = reader.number(at: start + (is64 ? 32 : 16), size: is64 ? 8 : 4),
        let lower = Int64(exactly: offset), let length = Int64(exactly: size)
      else { continue }
      let (upper, overflow) = lower.addingReportingOverflow(length)
      if !overflow { found.dynamic = lower..<upper }
    }
    return found
  }

  /// The linker marks programs that can be loaded anywhere; older ones are known by their interpreter, which a library
  /// that can also be run (the C library) has too, but that has a name to be found by.
  func isProgram(_ dynamic: [UInt8], hasInterpreter: Bool) -> Bool {
    let reader = ByteReader(bytes: dynamic, isBigEndian: isBigEndian)
    let word = is64 ? 8 : 4
    var hasName = false
    for start in stride(from: 0, to: dynamic.count, by: 2 * word) {
      guard let tag = reader.number(at: start, size: word), let value = reader.number(at: start + word, size: word)
      else { break }
      if tag == 0 { break }
      if tag == 14 { hasName = true }
      if tag == 0x6FFF_FFFB, value & 0x0800_0000 != 0 { return true }
    }
    return hasInterpreter && !hasName
  }

  /// As `uname -m` calls it; nil for processors that do not run Linux or are not known.
  var architecture: String? {
    switch machine {
    case 2: "sparc"
    case 3: "i686"
    case 4: "m68k"
    case 8: is64 ? "mips64" : "mips"
    case 15: is64 ? "parisc64" : "parisc"
    case 20: "ppc"
    case 21: isBigEndian ? "ppc64" : "ppc64le"
    case 22: is64 ? "s390x" : "s390"
    case 40: "arm"
    case 42: "sh4"
    case 43: "sparc64"
    case 50: "ia64"
    case 62: "x86_64"
    case 183: isBigEndian ? "aarch64_be" : "aarch64"
    case 243: is64 ? "riscv64" : "riscv32"
    case 258: is64 ? "loongarch64" : "loongarch32"
    case 0x9026: "alpha"
    default: nil
    }
  }
}

/// Numbers in bytes; nil past the end.
private struct ByteReader {
  var bytes: [UInt8]
  var isBigEndian: Bool

  func number(at offset: Int, size: Int) -> UInt64? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let part = bytes[offset..<(offset + size)]
    return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
