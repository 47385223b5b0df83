/// A query written by hand: where its parameters stand. Quoted text, names and comments are passed over, so that
/// nothing that a caller sends can become a part of the statement.
struct RawStatement {
  /// With `$1`, `$2`, ... and the types of the parameters, which PostgreSQL could otherwise not always infer.
  var statement: String { String(decoding: written, as: UTF8.self) }
  /// The parameters of `$1`, `$2`, ..., each once.
  private(set) var parameters: [String] = []
  /// What is wrong, in order, each once.
  private(set) var refusals: [String] = []

  private var written: [UInt8] = []
  private var rest: ArraySlice<UInt8>
  private let types: [String: ScalarType]

  init(_ text: String, types: [String: ScalarType]) {
    self.types = types
    rest = Array(text.utf8)[...]
    while let last = rest.last, Self.isSpace(last) { rest.removeLast() }
    if rest.last == UInt8(ascii: ";") { rest.removeLast() }
    if rest.allSatisfy(Self.isSpace) { refusals.append("the query is empty") }
    while let byte = rest.first { step(byte) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  private mutating func step(_ byte: UInt8) {
    switch Unicode.Scalar(byte) {
    case "'": takeQuoted(byte, what: "a text", allowsBackslash: followsEscapePrefix)
    case "\"": takeQuoted(byte, what: "a quoted name", allowsBackslash: false)
    case "-" where rest.starts(with: "--".utf8): move(to: rest.firstIndex(of: 0x0A) ?? rest.endIndex)
    case "/" where rest.starts(with: "/*".utf8): takeComment()
    case "$": takeDollar()
    case "{": takePlaceholder()
    case "}": refuse("a '}' without its '{'", to: rest.startIndex + 1)
    case ";": refuse("only one statement is allowed; write a method for each", to: rest.startIndex + 1)
    default: move(to: rest.startIndex + 1)
    }
  }

  /// Takes what stands before `end` as it is.
  private mutating func move(to end: Int) {
    written += rest[..<end]
    rest = rest[end...]
  }

  private mutating func refuse(_ reason: String, to end: Int) {
    if !refusals.contains(reason) { refusals.append(reason) }
    move(to: end)
  }

  /// After the `E` of `E'...'`, where a backslash escapes.
  private var followsEscapePrefix: Bool {
    guard let last = written.last, last | 0x20 == UInt8(ascii: "e") else { return false }
    return !(written.dropLast().last.map(Self.isOfName) ?? false)
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    IdentifierRules.isLetter(byte) || IdentifierRules.isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  private mutating func takeQuoted(_ quote: UInt8, what: String, allowsBackslash: Bool) {
    let first = rest.startIndex + 1
    var index = first
    while index < rest.endIndex, rest[index] != quote {
      index += allowsBackslash && rest[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard index < rest.endIndex else { return refuse("\(what) is not closed", to: rest.endIndex) }
    let text = String(decoding: rest[first..<index], as: UTF8.self)
    let inside = types.keys.sorted().first { text.contains("{\($0)}") }
    guard let inside else { return move(to: index + 1) }
    refuse("'{\(inside)}' stands inside quotes, where it is only text; write it without them", to: index + 1)
  }

  /// Comments of PostgreSQL nest.
  private mutating func takeComment() {
    var depth = 0
    var index = rest.startIndex
    while index < rest.endIndex {
      let two = rest[index...].prefix(2)
      if two.elementsEqual("/*".utf8) { depth += 1 }
      if two.elementsEqual("*/".utf8) { depth -= 1 }
      index += two.elementsEqual("/*".utf8) || two.elementsEqual("*/".utf8) ? 2 : 1
      if depth == 0 { return move(to: index) }
    }
    refuse("a comment is not closed", to: rest.endIndex)
  }

  /// `$tag$ ... $tag$` is text. A number would be a parameter, which only placeholders may be.
  private mutating func takeDollar() {
    let start = rest.startIndex
    let isOfName = written.last.map(Self.isOfName) ?? false
    let tag = rest[(start + 1)...].prefix { Self.isOfName($0) }
    if let first = tag.first, IdentifierRules.isDigit(first) {
      return refuse("'$' with a number; write parameters as {name}", to: tag.endIndex)
    }
    guard !isOfName, tag.endIndex < rest.endIndex, rest[tag.endIndex] == UInt8(ascii: "$") else {
      return move(to: start + 1)
    }
    let mark = rest[start...tag.endIndex]
    var index = mark.endIndex
    while index < rest.endIndex, !rest[index...].starts(with: mark) { index += 1 }
    guard index < rest.endIndex else { return refuse("a text is not closed", to: rest.endIndex) }
    move(to: index + mark.count)
  }

  private mutating func takePlaceholder() {
    guard let close = rest.firstIndex(of: UInt8(ascii: "}")) else {
      return refuse("a '{' without its '}'", to: rest.endIndex)
    }
    let name = String(decoding: rest[(rest.startIndex + 1)..<close], as: UTF8.self)
    guard let type = types[name] else {
      return refuse("'{\(name.prefix(64))}' is not among the params", to: close + 1)
    }
    if !parameters.contains(name) { parameters.append(name) }
    let number = (parameters.firstIndex(of: name) ?? 0) + 1
    written += "$\(number)::\(type.postgresType)".utf8
    rest = rest[(close + 1)...]
  }
}
