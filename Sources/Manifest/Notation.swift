internal import Documents

/// The `=>` notation of objects, sources and artifacts.
struct Notation: Equatable {
  /// What stands before `=>`, or the whole.
  var left: String
  /// What stands after it; nil where there is no `=>`.
  var right: String?

  /// Splits `text`; nil where there is more than one `=>`, or nothing on a side.
  init?(_ text: String) {
    let parts = Self.split(text)
    guard parts.count <= 2, let first = parts.first?.trimmed, !first.isEmpty else { return nil }
    left = first
    if parts.count == 2 {
      let second = parts[1].trimmed
      guard !second.isEmpty else { return nil }
      right = second
    }
  }

  private static func split(_ text: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == "=", next < text.endIndex, text[next] == ">" {
        parts.append(text[start..<index])
        start = text.index(after: next)
        index = start
      } else {
        index = next
      }
    }
    return parts + [text[start...]]
  }
}

/// A path as a manifest may write it.
enum ManifestPath {
  /// Why `path` cannot be used below the workspace; nil where it can. An absolute path is left to the caller.
  static func refusal(_ path: String) -> String? {
    if path.hasControlCharacter { return "it holds a control character" }
    if path.utf8.count > 1024 { return "it is longer than 1024 bytes" }
    if path.split(separator: "/").contains(where: { $0.utf8.count > 255 }) {
      return "a part of it is longer than 255 bytes"
    }
    if path.split(separator: "/").contains("..") { return "'..' leads out of the workspace" }
    return nil
  }

  /// Without empty and `.` parts: `./a//b/` is `a/b`; a `/` at the beginning stays.
  static func normalised(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    return path.hasPrefix("/") ? "/" + parts : parts
  }

  /// `path` relative to `workspace` where it is absolute and below it; otherwise as it is. Normalised.
  static func relative(_ path: String, to workspace: String?) -> String {
    let path = normalised(path)
    guard path.hasPrefix("/"), let workspace else { return path }
    let root = normalised(workspace)
    if path == root { return "" }
    let prefix = root == "/" ? "/" : root + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
  }

  /// True where a rule of artifacts matches several files by name.
  static func isPattern(_ path: String) -> Bool { path.contains("*") || path.contains("?") }

  /// What stands after the last `/`.
  static func lastPart(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }
}

extension StringProtocol {
  /// Without spaces and tabs at both ends.
  var trimmed: String {
    let kept = drop { $0 == " " || $0 == "\t" }
    guard let last = kept.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return String(kept[...last])
  }
}
