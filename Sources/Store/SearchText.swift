internal import Model

/// The text that a search looks through: lower case, stored beside the build, so that one LIKE finds everything that
/// people look for. Matching is by part of a word, in any case.
enum SearchText {
  /// How many bytes of it are kept; a build with a thousand sources must not make every search slow.
  static let limit = 2000

  static func make(
    number: Int64, comment: String, namespace: String?, tags: [String], commit: String?, sources: [String]
  ) -> String {
    var parts = ["#\(number)", comment]
    if let commit { parts.append(commit) }
    if let namespace { parts.append(namespace) }
    parts += tags
    parts += sources
    let text = parts.joined(separator: "\n").lowercased()
    guard text.utf8.count > limit else { return text }
    return String(decoding: text.utf8.prefix(limit), as: UTF8.self)
  }

  /// The LIKE pattern for what a person typed: its `%`, `_` and `\` stand for themselves.
  static func pattern(_ search: String) -> String {
    var pattern = "%"
    for character in search.lowercased().unicodeScalars.prefix(200) {
      if character == "%" || character == "_" || character == "\\" { pattern.append("\\") }
      if character != "\0" { pattern.unicodeScalars.append(character) }
    }
    return pattern + "%"
  }
}
