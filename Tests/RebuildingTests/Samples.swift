import Git
import Model

/// A commit's hash made of one digit.
func commitHash(_ digit: Character) -> String { String(repeating: digit, count: 40) }

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next() -> UInt64 {
    state = state &+ 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

extension RepositoryID {
  init(_ number: Int) { self.init(rawValue: Int64(number)) }
}

extension RepositoryRef {
  /// `main 1`, `main 1 gone`: a branch at a commit made of that digit.
  static func sample(_ text: String, _ folder: String = "heads") -> RepositoryRef {
    let parts = text.split(separator: " ")
    let name = parts.first.map(String.init) ?? ""
    return RepositoryRef(
      repository: RepositoryID(1), name: name == "HEAD" ? name : "refs/\(folder)/\(name)",
      commit: commitHash(parts.dropFirst().first?.first ?? "0"), movedAt: Timestamp(milliseconds: 0),
      deletedAt: parts.count > 2 ? Timestamp(milliseconds: 1) : nil)
  }
}

extension GitRefs {
  /// Branches as in `RepositoryRef.sample`; the first is the default one.
  static func branches(_ texts: String...) -> GitRefs {
    let refs = texts.map { RepositoryRef.sample($0) }
    var commits = Dictionary(refs.map { ($0.name, $0.commit) }, uniquingKeysWith: { $1 })
    commits["HEAD"] = refs.first?.commit
    return GitRefs(defaultBranch: refs.first?.name, commits: commits)
  }

  static func tags(_ texts: String...) -> GitRefs {
    let refs = texts.map { RepositoryRef.sample($0, "tags") }
    return GitRefs(commits: Dictionary(refs.map { ($0.name, $0.commit) }, uniquingKeysWith: { $1 }))
  }
}
