internal import Git
internal import Model

extension RefPattern {
  /// What stands for the default branch among a repository's refs.
  static let head = "HEAD"

  /// What to ask a repository for, and nothing more: some have tens of thousands of refs.
  var question: [String] {
    switch self {
    case .defaultBranch: [Self.head]
    case .branches(let text): ["refs/heads/" + text]
    // The second is the commit behind an annotated tag, which the first means only where it ends with a star.
    case .tags(let text): ["refs/tags/" + text, "refs/tags/" + text + "^{}"]
    }
  }

  /// What the names of the refs that it means begin with; nil for the default branch, whose name the repository says.
  var prefix: String? {
    switch self {
    case .defaultBranch: nil
    case .branches: "refs/heads/"
    case .tags: "refs/tags/"
    }
  }

  /// Of a repository's refs those that are watched, with what they point at.
  func watched(_ remote: GitRefs) -> [String: String] {
    switch self {
    case .defaultBranch:
      guard let commit = remote.commits[Self.head] else { return [:] }
      // A repository whose HEAD is no branch is watched all the same.
      return [remote.defaultBranch ?? Self.head: commit]
    case .branches(let text), .tags(let text):
      guard let prefix else { return [:] }
      let pattern = NamePattern(text)
      return remote.commits.filter { name, _ in
        name.hasPrefix(prefix) && pattern.matches(String(name.dropFirst(prefix.count)))
      }
    }
  }

  /// For people: `branches like release-*`.
  var title: String {
    switch self {
    case .defaultBranch: "the default branch"
    case .branches(let text): NamePattern.isPattern(text) ? "branches like \(text)" : "branch \(text)"
    case .tags(let text): NamePattern.isPattern(text) ? "tags like \(text)" : "tag \(text)"
    }
  }
}

/// Whether `left` comes before `right` where runs of digits count as numbers: `v1.9` before `v1.10`. Names that differ
/// only in zeros before a number are ordered by their text.
func isNaturallyBefore(_ left: String, _ right: String) -> Bool {
  var (first, second) = (Array(left.utf8)[...], Array(right.utf8)[...])
  while let one = first.first, let other = second.first {
    if isDigit(one), isDigit(other) {
      let (number, otherNumber) = (takeNumber(&first), takeNumber(&second))
      if number.count != otherNumber.count { return number.count < otherNumber.count }
      if number != otherNumber { return number.lexicographicallyPrecedes(otherNumber) }
    } else {
      if one != other { return one < other }
      first.removeFirst()
      second.removeFirst()
    }
  }
  if first.isEmpty != second.isEmpty { return first.isEmpty }
  return left < right
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

/// A run of digits without the zeros before it.
private func takeNumber(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let digits = text.prefix(while: isDigit)
  text = text.dropFirst(digits.count)
  return digits.drop { $0 == 48 }
}
