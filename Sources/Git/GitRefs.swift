internal import Planning

/// What a repository's refs point at.
public struct GitRefs: Sendable, Hashable {
  /// The full name of the default branch; nil where the repository does not say, or its HEAD is a commit.
  public var defaultBranch: String?
  /// Commits by the full name of the ref (`refs/heads/main`), and by `HEAD`. Of an annotated tag the commit behind it.
  public var commits: [String: String]

  /// Refs with these values.
  public init(defaultBranch: String? = nil, commits: [String: String] = [:]) {
    self.defaultBranch = defaultBranch
    self.commits = commits
  }
}

/// Reads the output of `git ls-remote --symref` as it comes: lines of `ref: refs/heads/main<TAB>HEAD`,
/// `<commit><TAB>refs/tags/v1`, and `<commit><TAB>refs/tags/v1^{}` for what an annotated tag stands for.
/// Names are the server's: one that is not text, or holds a control character, is left out.
struct GitRefListParser {
  /// More refs, or bytes of one line, than anybody needs.
  static let limit = 200_000
  static let lineLimit = 8192

  struct TooMany: Error {}

  private(set) var refs = GitRefs()
  private var peeled: Set<String> = []
  private var line: [UInt8] = []

  /// Takes the next bytes.
  mutating func take(_ bytes: [UInt8]) throws(TooMany) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line += rest[..<end]
      read(line)
      line.removeAll(keepingCapacity: true)
      guard refs.commits.count <= Self.limit else { throw TooMany() }
      rest = rest[(end + 1)...]
    }
    line += rest
    guard line.count <= Self.lineLimit else { throw TooMany() }
  }

  private mutating func read(_ line: [UInt8]) {
    guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return }
    guard let value = Self.text(line[..<tab]), var name = Self.text(line[(tab + 1)...]) else { return }
    let symbolic = "ref: "
    if value.utf8.starts(with: symbolic.utf8) {
      let target = String(Substring(value.utf8.dropFirst(symbolic.utf8.count)))
      if name == "HEAD", target.utf8.starts(with: "refs/heads/".utf8) { refs.defaultBranch = target }
      return
    }
    guard isGitCommit(value) else { return }
    let mark = "^{}"
    if name.utf8.suffix(mark.utf8.count).elementsEqual(mark.utf8) {
      name = String(Substring(name.utf8.dropLast(mark.utf8.count)))
      peeled.insert(name)
    } else if peeled.contains(name) {
      return
    }
    refs.commits[name] = value
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 >= 32 && $0 != 127 }) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}
