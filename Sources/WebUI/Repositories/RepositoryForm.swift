internal import Model
internal import Queue
internal import Routing

/// What a form says of a repository. A `Problem` 422 for what cannot be meant.
enum RepositoryForm {
  /// What is watched; nil where the form does not say.
  static func watch(_ form: [String: String]) throws -> RefPattern? {
    let pattern = trimmed(form["pattern"])
    switch form["watch"] {
    case nil: return nil
    case "branch", "tag":
      guard !pattern.isEmpty else {
        throw Problem.invalid("/pattern", "Write the name or pattern of what is watched, like main or v*.")
      }
      return form["watch"] == "tag" ? .tags(pattern) : .branches(pattern)
    // Whoever writes a name means it, also where the choice beside it was left alone.
    default: return pattern.isEmpty ? .defaultBranch : .branches(pattern)
    }
  }

  /// Seconds between checks; nil where the form does not say.
  static func every(_ form: [String: String]) throws -> Int64? {
    let text = trimmed(form["every"])
    if text.isEmpty { return nil }
    guard let duration = Duration(quantity: text), duration >= .seconds(1) else {
      throw Problem.invalid("/every", "'\(text.shortened)' is not a time; write it like 60s or 5m.")
    }
    return duration.milliseconds / 1000
  }

  /// As settings show a time: `90s`, `5m`.
  static func quantity(_ seconds: Int64) -> String {
    if seconds >= 3600, seconds % 3600 == 0 { return "\(seconds / 3600)h" }
    return seconds >= 60 && seconds % 60 == 0 ? "\(seconds / 60)m" : "\(seconds)s"
  }

  static func trimmed(_ text: String?) -> String {
    let words = (text ?? "").drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
    return String(words.reversed())
  }
}

extension RegistryError {
  /// As pages show it.
  var problem: Problem {
    switch self {
    case .notFound: .notFound(description)
    case .exists, .unreachable: Problem(409, description)
    case .invalid(let field, let reason): .invalid("/\(field)", reason)
    }
  }
}
