/// What stands before the severity: `src/a.c:12:5`, `/usr/bin/ld: a.o`, `b.c:(.text+0x1d)`, `cc1`.
struct MessagePlace {
  private(set) var file: ArraySlice<UInt8>
  private(set) var line: Int64?
  private(set) var column: Int64?

  /// Nil where nobody whose messages count would write it.
  init?(_ bytes: ArraySlice<UInt8>, saidBy kind: MessageLine.Kind) {
    file = bytes
    let isLinker = dropLinker()
    if file.isEmpty || Self.isProgram(file) {
      let program = file.isEmpty ? bytes : file
      file = program[((program.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 }) ?? program.startIndex)...]
      return
    }
    let hasSection = dropSection()
    takeNumbers()
    // What a tool puts before a line that it repeats.
    if let end = file.indices.last(where: { file[$0] == colon && $0 + 1 < file.endIndex && file[$0 + 1] == space }) {
      file = file[(end + 2)...]
    }
    let isPlaced = line != nil || hasSection
    guard isPlaced || isLinker, kind != .linker || isPlaced || isLinker, Self.isName(file) else { return nil }
  }

  private let colon = UInt8(ascii: ":")
  private let space = UInt8(ascii: " ")

  /// `/usr/bin/ld: a.o` without the linker's name. True where it was there.
  private mutating func dropLinker() -> Bool {
    guard let end = file.firstIndex(of: colon) else { return Self.isLinker(file) }
    guard Self.isLinker(file[..<end]) else { return false }
    file = file[(end + 1)...].drop { $0 == space }
    return true
  }

  /// `b.c:(.text+0x1d)` as `b.c`. True where there was a section.
  private mutating func dropSection() -> Bool {
    guard file.last == UInt8(ascii: ")"), let open = file.lastIndex(of: UInt8(ascii: "(")), open > file.startIndex,
      file[open - 1] == colon
    else { return false }
    file = file[..<(open - 1)]
    return true
  }

  private mutating func takeNumbers() {
    guard let last = takeNumber() else { return }
    if let first = takeNumber() {
      (line, column) = (first > 0 ? first : nil, last > 0 ? last : nil)
      if first == 0 { line = 1 }
    } else {
      line = max(1, last)
    }
  }

  /// Takes `:12` off the end.
  private mutating func takeNumber() -> Int64? {
    let digits = file.reversed().prefix { (0x30...0x39).contains($0) }.count
    guard (1...9).contains(digits), file.count > digits + 1 else { return nil }
    let start = file.endIndex - digits
    guard file[start - 1] == colon else { return nil }
    let number = file[start...].reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
    file = file[..<(start - 1)]
    return number
  }

  /// True for what may be a file's name: there is a letter in what follows the last space or slash, as there is none
  /// in a time of day.
  private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    let last = name.reversed().prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: " ") }
    return last.contains { (0x41...0x5A).contains($0 & 0xDF) || $0 >= 0x80 } && name.first != UInt8(ascii: "-")
  }

  private static let programs: Set<String> = [
    "gcc", "g++", "cc", "c++", "clang", "clang++", "cc1", "cc1plus", "cc1obj", "lto1", "lto-wrapper", "lto-plugin",
    "collect2", "as", "ar", "tcc", "make", "gmake", "configure", "<command-line>",
  ]
  private static let linkers: Set<String> = ["ld", "ld.bfd", "ld.gold", "ld.lld", "ld64.lld", "mold"]

  private static func isProgram(_ name: ArraySlice<UInt8>) -> Bool {
    isOne(of: programs, name) || isOne(of: linkers, name)
  }

  private static func isLinker(_ name: ArraySlice<UInt8>) -> Bool { isOne(of: linkers, name) }

  /// Whether the last part of a path is one of these names, with a machine before it, a version or a level after it:
  /// `/usr/bin/x86_64-linux-gnu-gcc-12`, `make[2]`.
  private static func isOne(of names: Set<String>, _ path: ArraySlice<UInt8>) -> Bool {
    guard path.count < 200 else { return false }
    var name = path[((path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 }) ?? path.startIndex)...]
    if name.last == UInt8(ascii: "]"), let open = name.lastIndex(of: UInt8(ascii: "[")) { name = name[..<open] }
    let version = name.reversed().prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }.count
    if version > 0, name.count > version + 1, name[name.endIndex - version - 1] == UInt8(ascii: "-") {
      name = name.dropLast(version + 1)
    }
    let text = String(decoding: name, as: UTF8.self)
    if names.contains(text) { return true }
    guard let dash = text.lastIndex(of: "-") else { return false }
    return names.contains(String(text[text.index(after: dash)...]))
  }
}
