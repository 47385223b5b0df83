extension String {
  /// What follows the first `part`; nil without it.
  func after(_ part: String) -> String? { range(ofBytesOf: part).map { String(self[$0.upperBound...]) } }

  /// What precedes the first `part`; nil without it.
  func before(_ part: String) -> String? { range(ofBytesOf: part).map { String(self[..<$0.lowerBound]) } }

  /// True where `part` is in it.
  func holds(_ part: String) -> Bool { range(ofBytesOf: part) != nil }

  /// Where the bytes of `part` stand first. The library's `firstRange(of:)` compares characters and makes a table of
  /// those of `part` each time, which is most of the time that a short line takes.
  private func range(ofBytesOf part: String) -> Range<Index>? {
    var (text, part) = (self, part)
    let length = part.utf8.count
    let place = text.withUTF8 { text in
      part.withUTF8 { part -> Int? in
        guard let first = part.first, text.count >= part.count else { return part.isEmpty ? 0 : nil }
        return (0...(text.count - part.count)).first { place in
          text[place] == first && text[place..<(place + part.count)].elementsEqual(part)
        }
      }
    }
    return place.map { utf8.index(startIndex, offsetBy: $0)..<utf8.index(startIndex, offsetBy: $0 + length) }
  }

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
