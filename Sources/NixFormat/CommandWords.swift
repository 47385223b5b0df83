/// Why a text is not a command's words.
public enum CommandWordsError: Error, Sendable, Hashable {
  /// A quote is not closed, or the text ends with a backslash.
  case unbalanced
  /// It holds a NUL.
  case nul
}

/// Splits a command as a shell would, and gives nothing to a shell: white space separates words; `'...'` is taken as it
/// is; in `"..."` a backslash stands before `"`, `\`, `$`, `` ` `` and line ends; elsewhere before any character. All
/// other characters (`;`, `|`, `$`, `*`, ...) are ordinary.
public func commandWords(_ text: String) throws(CommandWordsError) -> [String] {
  var words: [String] = []
  var word: [UInt8]?
  var bytes = text.utf8.makeIterator()
  while let byte = bytes.next() {
    switch byte {
    case 0: throw .nul
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      if let finished = word { words.append(String(decoding: finished, as: UTF8.self)) }
      word = nil
    case UInt8(ascii: "'"): try appendQuoted(&bytes, to: &word)
    case UInt8(ascii: "\""): try appendDoubleQuoted(&bytes, to: &word)
    case UInt8(ascii: "\\"):
      guard let next = bytes.next() else { throw .unbalanced }
      if next == 0 { throw .nul }
      // A backslash before the end of a line joins the lines.
      if next != UInt8(ascii: "\n") { append(next, to: &word) }
    default: append(byte, to: &word)
    }
  }
  if let word { words.append(String(decoding: word, as: UTF8.self)) }
  return words
}

private func appendQuoted(
  _ bytes: inout String.UTF8View.Iterator, to word: inout [UInt8]?
) throws(CommandWordsError) {
  var quoted = word ?? []
  while let byte = bytes.next() {
    if byte == 0 { throw .nul }
    if byte == UInt8(ascii: "'") {
      word = quoted
      return
    }
    quoted.append(byte)
  }
  throw .unbalanced
}

private func appendDoubleQuoted(
  _ bytes: inout String.UTF8View.Iterator, to word: inout [UInt8]?
) throws(CommandWordsError) {
  var quoted = word ?? []
  while let byte = bytes.next() {
    switch byte {
    case 0: throw .nul
    case UInt8(ascii: "\""):
      word = quoted
      return
    case UInt8(ascii: "\\"):
      guard let next = bytes.next() else { throw .unbalanced }
      if next == 0 { throw .nul }
      if next == UInt8(ascii: "\n") { continue }
      if !"\"\\$`".utf8.contains(next) { quoted.append(byte) }
      quoted.append(next)
    default: quoted.append(byte)
    }
  }
  throw .unbalanced
}

private func append(_ byte: UInt8, to word: inout [UInt8]?) {
  if word == nil { word = [] }
  word?.append(byte)
}
