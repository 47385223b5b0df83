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
    parts += sources.map(withoutCredential)
    return changing(tags: tags, commit: commit) + String(separator) + cut(parts)
  }

  /// An address without the password or token that it may hold: neither is looked for, nor kept in one more place.
  static func withoutCredential(_ url: String) -> String {
    let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0].hasSuffix(":"), parts[1].isEmpty, let at = parts[2].lastIndex(of: "@") else {
      return url
    }
    // Over HTTP a user name alone may be a token; `git@` of ssh is no secret.
    guard parts[0].lowercased().hasPrefix("http") || parts[2][..<at].contains(":") else { return url }
    let host = parts[2][parts[2].index(after: at)...]
    return (parts[..<2] + [host] + parts[3...]).joined(separator: "/")
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
