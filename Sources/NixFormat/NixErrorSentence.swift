/// What an error message of Nix says, as one sentence for people: its first line without colours, where paths of the
/// store are named without their place and hash. At most `limit` characters; nil where nothing is left.
func nixErrorSentence(_ message: String, limit: Int = 400) -> String? {
  let line = withoutColours(message).split(separator: "\n").first.map(String.init) ?? ""
  let mark = "error: "
  var text = withShortPaths(line.hasPrefix(mark) ? String(line.dropFirst(mark.count)) : line)
  if text.count > limit { text = text.prefix(limit - 1) + "…" }
  return text.isEmpty ? nil : text
}

/// Without `ESC [ ... letter`; other control characters but the end of a line are left out too.
private func withoutColours(_ text: String) -> String {
  var kept = String.UnicodeScalarView()
  var isInSequence = false
  for scalar in text.unicodeScalars {
    if isInSequence {
      isInSequence = !(scalar.value >= 0x40 && scalar.value < 0x7F && scalar != "[")
    } else if scalar.value == 0x1B {
      isInSequence = true
    } else if scalar == "\n" || scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value) {
      kept.append(scalar)
    }
  }
  return String(kept)
}

/// `'/nix/store/<hash>-hello.drv'` as `'hello'`.
private func withShortPaths(_ text: String) -> String {
  let parts = text.split(separator: "'", omittingEmptySubsequences: false).map { part in
    StorePath(part)?.shownName ?? part
  }
  return parts.joined(separator: "'")
}
