/// What matters of a C file for building it, found without a compiler.
struct CText: Sendable, Hashable {
  /// True where a function `main` is defined. Comments and strings do not count, nor does `#if 0`-ed code look different.
  private(set) var definesMain = false
  /// The headers that it includes in angle brackets.
  private(set) var includes: Set<String> = []

  /// Reads a file's bytes.
  init(_ bytes: [UInt8]) {
    let code = Self.withoutComments(bytes)
    for line in code.split(separator: UInt8(ascii: "\n")) {
      if let header = Self.header(line) { includes.insert(header) }
    }
    definesMain = Self.hasMain(code)
  }

  /// The bytes with a space for each comment, and nothing within the quotes of strings.
  private static func withoutComments(_ bytes: [UInt8]) -> [UInt8] {
    var code: [UInt8] = []
    code.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      switch (byte, next) {
      case (UInt8(ascii: "/"), UInt8(ascii: "/")):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
      case (UInt8(ascii: "/"), UInt8(ascii: "*")):
        index = end(ofCommentIn: bytes, from: index + 2)
        code.append(UInt8(ascii: " "))
      case (UInt8(ascii: "\""), _), (UInt8(ascii: "'"), _):
        index = end(ofTextIn: bytes, from: index)
        code += [byte, byte]
      default:
        code.append(byte)
        index += 1
      }
    }
    return code
  }

  private static func end(ofCommentIn bytes: [UInt8], from start: Int) -> Int {
    var index = start
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "*"), bytes[index + 1] == UInt8(ascii: "/") { return index + 2 }
      index += 1
    }
    return bytes.count
  }

  /// After the closing quote, or the end of the line, which a text cannot pass.
  private static func end(ofTextIn bytes: [UInt8], from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\n") {
      if bytes[index] == bytes[start] { return index + 1 }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index, bytes.count)
  }

  private static func header(_ line: ArraySlice<UInt8>) -> String? {
    let words = line.filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") && $0 != UInt8(ascii: "\r") }
    guard words.starts(with: "#include<".utf8), words.last == UInt8(ascii: ">") else { return nil }
    return String(decoding: words.dropFirst(9).dropLast(), as: UTF8.self)
  }

  /// `main`, a list of parameters, and a body (or parameters of old style) outside of any braces. A brace that begins a
  /// line closes all: the branches of an `#if` may have opened one twice.
  private static func hasMain(_ code: [UInt8]) -> Bool {
    var depth = 0
    var word: [UInt8] = []
    for (index, byte) in code.enumerated() {
      if isWord(byte) {
        word.append(byte)
        continue
      }
      if word.elementsEqual("main".utf8), depth == 0, isDefinition(code[index...]) { return true }
      word.removeAll(keepingCapacity: true)
      if byte == UInt8(ascii: "{") {
        depth += 1
      } else if byte == UInt8(ascii: "}") {
        depth = index == 0 || code[index - 1] == UInt8(ascii: "\n") ? 0 : max(0, depth - 1)
      }
    }
    return false
  }

  /// True where parentheses come, and after them no `;` or `,`: that is a declaration.
  private static func isDefinition(_ code: ArraySlice<UInt8>) -> Bool {
    let rest = code.drop(while: isSpace)
    guard rest.first == UInt8(ascii: "(") else { return false }
    var open = 0
    for (index, byte) in zip(rest.indices, rest) {
      if byte == UInt8(ascii: "(") { open += 1 } else if byte == UInt8(ascii: ")") { open -= 1 }
      if open == 0 {
        let after = rest[(index + 1)...].drop(while: isSpace).first
        return after.map { $0 == UInt8(ascii: "{") || isWord($0) } ?? false
      }
    }
    return false
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
