extension DocumentValue {
  /// The value as a YAML document that every reader of YAML 1.1 and 1.2 understands in the same way: text that looks
  /// like something else is quoted. The same value gives the same text. Ends with a line end.
  public var yaml: String {
    switch self {
    case .mapping(let members, false) where !members.isEmpty: Self.lines(of: members, indent: "")
    case .list(let items, false) where !items.isEmpty: Self.lines(of: items, indent: "")
    default: inline + "\n"
    }
  }

  private static func lines(of members: [DocumentMember], indent: String) -> String {
    members.map { indent + YAMLText.portable($0.name) + ":" + $0.value.below(indent) }.joined()
  }

  private static func lines(of items: [DocumentValue], indent: String) -> String {
    items.map { item in
      guard case .mapping(let members, false) = item, !members.isEmpty else {
        return indent + "-" + item.below(indent)
      }
      // The first member stands beside the dash, and the others below it.
      return indent + "- " + lines(of: members, indent: indent + "  ").dropFirst(indent.utf8.count + 2)
    }.joined()
  }

  /// What follows a key or a dash of a line indented by `indent`, with the lines below it.
  private func below(_ indent: String) -> String {
    switch self {
    case .mapping(let members, false) where !members.isEmpty:
      "\n" + Self.lines(of: members, indent: indent + "  ")
    case .list(let items, false) where !items.isEmpty: "\n" + Self.lines(of: items, indent: indent)
    case .text(let text) where text.contains("\n"):
      " " + YAMLText.block(text, indented: indent.utf8.count + 2) + "\n"
    default: " " + inline + "\n"
    }
  }

  private var inline: String {
    switch self {
    case .text(let text): YAMLText.portable(text)
    case .list(let items, _): "[" + items.map(\.inline).joined(separator: ", ") + "]"
    case .mapping(let members, _):
      "{" + members.map { YAMLText.portable($0.name) + ": " + $0.value.inline }.joined(separator: ", ") + "}"
    default: plainText
    }
  }
}
