import Model
import Testing

@testable import Programs

/// Makes the beginning of an ELF file.
private struct ELF {
  var type: UInt16 = 2
  var machine: UInt16 = 62
  var is64 = true
  var isBigEndian = false
  var segments: [(kind: UInt32, offset: UInt64, size: UInt64)] = []
  var dynamic: [(UInt64, UInt64)] = []
  /// Where the program headers begin; nil for right after the header.
  var headerOffset: UInt64?

  private func number(_ value: UInt64, _ size: Int) -> [UInt8] {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    return isBigEndian ? bytes.reversed() : bytes
  }

  var bytes: [UInt8] {
    let word = is64 ? 8 : 4
    let length: UInt64 = is64 ? 64 : 52
    let offset = headerOffset ?? length
    var out: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, is64 ? 2 : 1, isBigEndian ? 2 : 1, 1] + [UInt8](repeating: 0, count: 9)
    out += number(UInt64(type), 2) + number(UInt64(machine), 2) + number(1, 4) + number(0, word)
    out += number(offset, word) + number(0, word) + number(0, 4) + number(length, 2)
    out += number(is64 ? 56 : 32, 2) + number(UInt64(segments.count), 2) + [UInt8](repeating: 0, count: 6)
    out += [UInt8](repeating: 0, count: max(0, Int(offset) - out.count))
    for segment in segments {
      out += number(UInt64(segment.kind), 4)
      if is64 { out += number(0, 4) }
      out += number(segment.offset, word) + number(0, word) + number(0, word) + number(segment.size, word)
      out += [UInt8](repeating: 0, count: is64 ? 16 : 12)
    }
    for (tag, value) in dynamic { out += number(tag, word) + number(value, word) }
    return out
  }

  /// With a dynamic section right after the program headers.
  func linked(_ entries: [(UInt64, UInt64)], interpreter: Bool) -> [UInt8] {
    var elf = self
    let start = (headerOffset ?? (is64 ? 64 : 52)) + UInt64(interpreter ? 2 : 1) * (is64 ? 56 : 32)
    let size = UInt64(entries.count * 2 * (is64 ? 8 : 4))
    elf.type = 3
    elf.segments = (interpreter ? [(3, 0, 0)] : []) + [(2, start, size)]
    elf.dynamic = entries
    return elf.bytes
  }
}

private func kind(_ bytes: [UInt8]) -> FileKind? { ProgramFile(prefix: bytes)?.kind }

private func archive(_ members: [(String, [UInt8])], magic: String = "!<arch>\n") -> [UInt8] {
  members.reduce(into: Array(magic.utf8)) { bytes, member in
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: width - text.utf8.count)
    }
    bytes += (padded(member.0, 48) + padded("\(member.1.count)", 10) + "`\n").utf8
    bytes += member.1 + (member.1.count % 2 == 1 ? [10] : [])
  }
}

@Suite struct `Files by their content` {
  @Test(
    arguments: [(1, FileKind.object), (2, .executable), (3, .sharedLibrary), (4, nil), (0, nil), (0xFF00, nil)]
      as [(UInt16, FileKind?)])
  func `are objects, programs or libraries`(type: UInt16, expected: FileKind?) {
    #expect(kind(ELF(type: type).bytes) == expected)
    #expect(kind(ELF(type: type, is64: false, isBigEndian: true).bytes) == expected)
  }

  @Test(arguments: [true, false], [true, false])
  func `are programs where the linker marked them so, or where they have an interpreter`(is64: Bool, isBig: Bool) {
    let elf = ELF(is64: is64, isBigEndian: isBig)
    let pie: (UInt64, UInt64) = (0x6FFF_FFFB, 0x0800_0001)
    #expect(kind(elf.linked([(1, 1), pie, (0, 0)], interpreter: true)) == .executable)
    #expect(kind(elf.linked([pie, (0, 0)], interpreter: false)) == .executable)
    #expect(kind(elf.linked([(1, 1), (0, 0)], interpreter: true)) == .executable)
    #expect(kind(elf.linked([(14, 1), (0, 0)], interpreter: true)) == .sharedLibrary)
    #expect(kind(elf.linked([(14, 1), (0, 0)], interpreter: false)) == .sharedLibrary)
    #expect(kind(elf.linked([(0, 0), pie], interpreter: false)) == .sharedLibrary)
  }

  @Test func `may have their headers far away`() {
    var elf = ELF()
    elf.headerOffset = 10_000
    #expect(kind(elf.linked([(0x6FFF_FFFB, 0x0800_0000)], interpreter: false)) == .executable)
    elf.headerOffset = UInt64.max
    elf.type = 3
    var bytes = ELF(type: 3).bytes
    bytes.replaceSubrange(32..<40, with: [UInt8](repeating: 0xFF, count: 8))
    bytes[56] = 0xFF
    #expect(kind(bytes) == .sharedLibrary)
  }

  @Test(
    arguments: [
      (62, true, false, "x86_64"), (3, false, false, "i686"), (183, true, false, "aarch64"), (40, false, false, "arm"),
      (243, true, false, "riscv64"), (21, true, false, "ppc64le"), (21, true, true, "ppc64"), (22, true, true, "s390x"),
      (258, true, false, "loongarch64"), (8, true, false, "mips64"), (83, false, false, nil), (9999, true, false, nil),
    ] as [(UInt16, Bool, Bool, String?)])
  func `name their processor`(machine: UInt16, is64: Bool, isBig: Bool, name: String?) {
    #expect(ProgramFile(prefix: ELF(machine: machine, is64: is64, isBigEndian: isBig).bytes)?.architecture == name)
  }

  @Test func `are archives of objects`() {
    let object = ELF(type: 1, machine: 183).bytes
    let index = [UInt8](repeating: 1, count: 5001)
    for members in [
      [("a.o/", object)], [("/", index), ("a.o/", object)], [("/", [1]), ("//", index), ("a.o/", object)],
    ] {
      #expect(ProgramFile(prefix: archive(members)) == ProgramFile(kind: .staticLibrary, architecture: "aarch64"))
    }
    let unknown = ProgramFile(kind: .staticLibrary, architecture: nil)
    #expect(ProgramFile(prefix: archive([])) == unknown)
    #expect(ProgramFile(prefix: archive([("/", [1])], magic: "!<thin>\n")) == unknown)
    #expect(ProgramFile(prefix: archive([("a/", [1]), ("b/", [2]), ("c/", [3]), ("d/", object)])) == unknown)
    #expect(ProgramFile(prefix: archive([("debian-binary", Array("2.0\n".utf8)), ("x", object)])) == nil)
  }

  @Test(arguments: ["", "\u{7F}ELF", "#!/bin/sh\nexec x\n", "!<arch>", "MZ", "\0\0\0\0", "\u{7F}ELF\u{2}\u{1}\u{1}"])
  func `are nothing of the kind otherwise`(text: String) { #expect(ProgramFile(prefix: Array(text.utf8)) == nil) }

  @Test func `may be cut or damaged anywhere`() {
    let object = ELF(type: 1).bytes
    let whole = [
      ELF().linked([(1, 1), (14, 2), (0, 0)], interpreter: true),
      ELF(is64: false, isBigEndian: true).linked([(1, 1), (0, 0)], interpreter: false),
      archive([("/", [UInt8](repeating: 1, count: 300)), ("a.o/", object)]),
    ]
    for bytes in whole {
      for length in 0...bytes.count { _ = ProgramFile(prefix: Array(bytes.prefix(length))) }
      for position in bytes.indices {
        for value in [0, 0x7F, 0x80, 0xFF] as [UInt8] {
          var changed = bytes
          changed[position] = value
          _ = ProgramFile(prefix: changed)
        }
      }
    }
    var size = archive([("a", [])])
    size.replaceSubrange(56..<66, with: "9999999999".utf8)
    #expect(ProgramFile(prefix: size)?.kind == .staticLibrary)
    size.replaceSubrange(56..<66, with: "-999999999".utf8)
    #expect(ProgramFile(prefix: size)?.kind == .staticLibrary)
  }

  @Test func `are read a little at a time`() {
    var asked: [(Int64, Int)] = []
    var elf = ELF()
    elf.headerOffset = 100_000
    let bytes = elf.linked([(14, 0), (0, 0)], interpreter: true)
    let found = ProgramFile.reading { offset, count in
      asked.append((offset, count))
      return Array(bytes.dropFirst(Int(offset)).prefix(count))
    }
    #expect(found?.kind == .sharedLibrary)
    #expect(asked.count == 3)
    #expect(asked.allSatisfy { $0.1 <= 1 << 16 })
  }
}
