/// Why `reference` is not a branch, tag or commit that git accepts, as the end of a sentence that begins with it; nil
/// where it is one. The rules of git-check-ref-format(1), and no `-` in front, which a program would read as an option.
public func gitReferenceProblem(_ reference: String) -> String? {
  let bytes = Array(reference.utf8)
  if bytes.isEmpty { return "is empty" }
  if bytes.count > 250 { return "is longer than 250 bytes" }
  if bytes.first == UInt8(ascii: "-") { return "begins with '-'" }
  if reference == "@" { return "is '@' alone" }
  for byte in bytes where byte <= 32 || byte == 127 { return "holds a space or a control character" }
  for byte in bytes where "~^:?*[\\".utf8.contains(byte) {
    return "holds '\(Character(UnicodeScalar(byte)))'"
  }
  if contains(bytes, "..") { return "holds '..'" }
  if contains(bytes, "@{") { return "holds '@{'" }
  if bytes.last == UInt8(ascii: ".") { return "ends with '.'" }
  for part in bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
    if part.isEmpty { return "has an empty part between two '/' or at an end" }
    if part.first == UInt8(ascii: ".") { return "has a part that begins with '.'" }
    if part.suffix(5).elementsEqual(".lock".utf8) { return "has a part that ends with '.lock'" }
  }
  return nil
}

/// True where `reference` can only be meant as a whole commit: 40 or 64 hexadecimal digits.
public func isGitCommit(_ reference: String) -> Bool {
  let count = reference.utf8.count
  return (count == 40 || count == 64) && isHexadecimal(reference)
}

/// True where `reference` may be the beginning of a commit: 7 to 64 hexadecimal digits.
public func mayBeGitCommit(_ reference: String) -> Bool {
  (7...64).contains(reference.utf8.count) && isHexadecimal(reference)
}

private func isHexadecimal(_ text: String) -> Bool {
  text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) || (65...70).contains($0) }
}

private func contains(_ bytes: [UInt8], _ part: String) -> Bool {
  let part = Array(part.utf8)
  return bytes.indices.contains { bytes[$0...].starts(with: part) }
}
