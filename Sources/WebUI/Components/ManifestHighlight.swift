/// A manifest as lines with its keys, comments and texts told apart. It reads line by line, so it is right for the
/// eye and not for a machine; every character comes out escaped and none is lost.
enum ManifestHighlight {
  /// Past this many bytes the text is shown plainly, so that the page stays light.
  static let limit = 200_000

  static func html(_ text: String) -> HTML {
    guard text.utf8.count <= limit else { return "\(text)" }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return HTML(lines.map { "<span class=\"line\">\(line($0))\n</span>" })
  }

  private static func line(_ line: Substring) -> HTML {
    let indent = line.prefix { $0 == " " || $0 == "-" || $0 == "\t" }
    let rest = line.dropFirst(indent.count)
    guard !rest.hasPrefix("#") else { return "\(indent)<span class=\"y-comment\">\(rest)</span>" }
    let key = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
    let after = rest.dropFirst(key.count)
    guard !key.isEmpty, after.hasPrefix(":"), after.count == 1 || after.dropFirst().hasPrefix(" ") else {
      return "\(dashes(indent))\(value(rest))"
    }
    return "\(dashes(indent))<span class=\"y-key\">\(key)</span>:\(value(after.dropFirst()))"
  }

  private static func dashes(_ indent: Substring) -> HTML {
    indent.contains("-") ? "<span class=\"y-dash\">\(indent)</span>" : "\(indent)"
  }

  private static func value(_ text: Substring) -> HTML {
    guard let comment = commentStart(text) else { return "<span class=\"y-value\">\(text)</span>" }
    return """
      <span class="y-value">\(text[..<comment])</span><span class="y-comment">\(text[comment...])</span>
      """
  }

  /// A `#` begins a comment after a space, outside quotes.
  private static func commentStart(_ text: Substring) -> Substring.Index? {
    var quote: Character?
    var before: Character = " "
    for index in text.indices {
      let character = text[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "#", before == " " {
        return index
      } else if before == " ", character == "\"" || character == "'" {
        quote = character
      }
      before = character
    }
    return nil
  }
}
