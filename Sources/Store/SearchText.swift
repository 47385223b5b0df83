internal import Model

/// The text that a search looks through: lower case, stored beside the build, so that one LIKE finds everything that
/// people look for. Matching is by part of a word, in any case.
///
/// It has two halves: what changes during a build's life (tags, commit) comes first and is replaced alone.
enum SearchText {
  /// How many bytes of each half are kept; a build with a thousand sources must not make every search slow.
  static let limit = 1000
  private static let separator: Character = "\u{1}"

  static func make(
    number: Int64, comment: String, namespace: String?, sources: [String], tags: [String], commit: String?
  ) -> String {
    var parts = ["#\(number)"]
    if let namespace { parts.append(namespace) }
    parts.append(comment)
    parts += sources
    return changing(tags: tags, commit: commit) + String(separator) + cut(parts)
  }

  /// `text` with other tags and another commit.
  static func replacing(_ text: String, tags: [String], commit: String?) -> String {
    let fixed = text.firstIndex(of: separator).map { text[$0...] } ?? ""
    return changing(tags: tags, commit: commit) + fixed
  }

  private static func changing(tags: [String], commit: String?) -> String {
    cut((commit.map { [$0] } ?? []) + tags)
  }

  private static func cut(_ parts: [String]) -> String {
    let text = parts.joined(separator: "\n").lowercased().filter { $0 != separator && $0 != "\0" }
    guard text.utf8.count > limit else { return text }
    return String(decoding: text.utf8.prefix(limit), as: UTF8.self)
  }

  /// The LIKE pattern for what a person typed: its `%`, `_` and `\` stand for themselves.
  static func pattern(_ search: String) -> String {
    var pattern = "%"
    for scalar in search.lowercased().unicodeScalars.prefix(200) where scalar != "\0" {
      if scalar == "%" || scalar == "_" || scalar == "\\" { pattern.append("\\") }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern + "%"
  }
}
