extension String {
  /// What follows the first `part`; nil without it.
  func after(_ part: String) -> String? { firstRange(of: part).map { String(self[$0.upperBound...]) } }

  /// What precedes the first `part`; nil without it.
  func before(_ part: String) -> String? { firstRange(of: part).map { String(self[..<$0.lowerBound]) } }

  /// The text in any quotes right after `part`.
  func quoted(after part: String) -> String? {
    guard let rest = after(part), let quote = rest.first, "'\"`‘“".contains(quote) else { return nil }
    let name = rest.dropFirst().prefix { !"'\"`’”".contains($0) }
    return name.isEmpty ? nil : String(name)
  }

  /// Up to the first of these characters, or all.
  func firstWord(until ends: String) -> String { String(prefix { !ends.contains($0) }) }

  var trimmingSpaces: String {
    guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else { return "" }
    return String(self[first...last])
  }

  /// Without quotes around it.
  var unquoted: String { String(drop { "'\"`‘“".contains($0) }).reversedDropping("'\"`’”;") }

  private func reversedDropping(_ ends: String) -> String { String(reversed().drop { ends.contains($0) }.reversed()) }

  /// At most 200 characters.
  var shortened: String { count > 200 ? prefix(197) + "..." : self }
}
