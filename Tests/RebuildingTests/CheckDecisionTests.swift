import Git
import Model
import Testing

@testable import Rebuilding

@Suite struct CheckDecisionTests {
  /// What is known, what the repository says, and what follows: `main 1>2` a build, `=main` one only seen, `-main` gone,
  /// `/main` forgotten.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var watch = RefPattern.defaultBranch
    var known: [String] = []
    var remote: GitRefs
    var follows: [String]
    var notice: String?
  }

  private static let defaultBranch: [Case] = [
    Case(testDescription: "a new repository", remote: .branches("main 1", "next 2"), follows: ["main ->1"]),
    Case(testDescription: "a branch that stands", known: ["main 1"], remote: .branches("main 1"), follows: []),
    Case(testDescription: "a branch that moved", known: ["main 1"], remote: .branches("main 2"), follows: ["main 1>2"]),
    Case(
      testDescription: "a deleted branch", known: ["main 1"], remote: GitRefs(), follows: ["-main"],
      notice: "main was deleted; it is built again when it comes back."),
    Case(
      testDescription: "a branch that is still gone", known: ["main 1 gone"], remote: GitRefs(), follows: [],
      notice: "The default branch has no commit yet; its first one is built."),
    Case(
      testDescription: "a branch that came back where it was", known: ["main 1 gone"], remote: .branches("main 1"),
      follows: ["main (1)->1"]),
    Case(
      testDescription: "a branch that came back elsewhere", known: ["main 1 gone"], remote: .branches("main 2"),
      follows: ["main (1)->2"]),
    Case(
      testDescription: "an empty repository", remote: GitRefs(defaultBranch: "refs/heads/main"), follows: [],
      notice: "The default branch has no commit yet; its first one is built."),
    Case(
      testDescription: "another default branch at the same commit", known: ["master 1"], remote: .branches("main 1"),
      follows: ["=main (1)->1", "/master"], notice: "The default branch is main now; it was master."),
    Case(
      testDescription: "another default branch at another commit", known: ["master 1"],
      remote: .branches("main 2", "master 1"), follows: ["main (1)->2", "/master"],
      notice: "The default branch is main now; it was master."),
    Case(
      testDescription: "a HEAD that is no branch", remote: GitRefs(commits: ["HEAD": commitHash("1")]),
      follows: ["HEAD ->1"]),
  ]

  private static let patterns: [Case] = [
    Case(
      testDescription: "branches by a pattern", watch: .branches("release-*"), known: ["release-1 1", "release-2 2"],
      remote: .branches("main 9", "release-1 3", "release-2 2", "release-3 4", "prerelease-1 5"),
      follows: ["release-1 1>3", "release-3 ->4"]),
    Case(
      testDescription: "a pattern reaches into folders", watch: .branches("feature/*"),
      remote: .branches("feature/a/b 1", "feature 2"), follows: ["feature/a/b ->1"]),
    Case(
      testDescription: "two gone and one new", watch: .branches("*"), known: ["a 1", "b 2", "c 3"],
      remote: .branches("c 3", "d 4"), follows: ["d ->4", "-a", "-b"],
      notice: "a and 1 more was deleted; it is built again when it comes back."),
    Case(
      testDescription: "no branch of the pattern", watch: .branches("release-*"), remote: .branches("main 1"),
      follows: [], notice: "There is no branch like release-*; the first that comes is built."),
    Case(
      testDescription: "no branch of the name", watch: .branches("next"), remote: .branches("main 1"), follows: [],
      notice: "There is no branch next; the first that comes is built."),
    Case(
      testDescription: "refs that are not meant any more", watch: .branches("next"), known: ["main 1"],
      remote: .branches("next 2"), follows: ["next ->2", "/main"]),
  ]

  @Test(arguments: defaultBranch + patterns)
  func `decides what follows from`(_ it: Case) {
    let known = it.known.map { RepositoryRef.sample($0) }
    let decision = CheckDecision(watch: it.watch, known: known, remote: it.remote, limit: 20)
    #expect(Self.text(decision) == it.follows)
    #expect(decision.notice == it.notice)
    #expect(decision.isQuiet == it.follows.isEmpty)
  }

  @Test(arguments: defaultBranch + patterns)
  func `what was decided is not decided again`(_ it: Case) {
    var known = it.known.map { RepositoryRef.sample($0) }
    let first = CheckDecision(watch: it.watch, known: known, remote: it.remote, limit: 20)
    for move in first.builds + first.seen {
      known.removeAll { $0.name == move.name }
      known.append(
        RepositoryRef(
          repository: RepositoryID(1), name: move.name, commit: move.to, movedAt: Timestamp(milliseconds: 2)))
    }
    for index in known.indices where first.deleted.contains(known[index].name) {
      known[index].deletedAt = Timestamp(milliseconds: 2)
    }
    known.removeAll { first.forgotten.contains($0.name) }
    #expect(CheckDecision(watch: it.watch, known: known, remote: it.remote, limit: 20).isQuiet)
  }

  @Test func `a new repository's newest tag is built, later ones all`() {
    let first = CheckDecision(
      watch: .tags("v*"), known: [], remote: .tags("v1.9 1", "v1.10 2", "v1.2 3", "x9 4"), limit: 20)
    #expect(Self.text(first) == ["v1.10 ->2", "=v1.9 ->1", "=v1.2 ->3"])
    #expect(first.notice == "3 tags match; the newest was built, the others are built when they move.")
    let known = ["v1.9 1", "v1.10 2", "v1.2 3"].map { RepositoryRef.sample($0, "tags") }
    let later = CheckDecision(
      watch: .tags("v*"), known: known, remote: .tags("v1.9 1", "v1.10 2", "v1.2 3", "v2 5", "v1.11 6"), limit: 20)
    #expect(Self.text(later) == ["v2 ->5", "v1.11 ->6"])
  }

  @Test func `one check leads to a limited number of builds`() {
    let remote = GitRefs.branches("a 1", "b 2", "c 3", "d 4")
    let first = CheckDecision(watch: .branches("*"), known: [], remote: remote, limit: 3)
    #expect(Self.text(first) == ["a ->1", "b ->2", "c ->3", "=d ->4"])
    #expect(first.notice == "4 branches match; the first 3 were built, the others are built when they move.")
    let known = ["a 9", "b 9", "c 9", "d 9"].map { RepositoryRef.sample($0) }
    let moved = CheckDecision(watch: .branches("*"), known: known, remote: remote, limit: 3)
    #expect(Self.text(moved) == ["a 9>1", "b 9>2", "c 9>3", "=d 9>4"])
    #expect(moved.notice == "4 branches moved at once; 3 were built, 1 is built when it moves again.")
  }

  private static func text(_ decision: CheckDecision) -> [String] {
    func text(_ move: CheckDecision.Move) -> String {
      let from = move.from.map { "\($0.prefix(1))>" } ?? (move.previous.map { "(\($0.prefix(1)))->" } ?? "->")
      return "\(RepositoryRef.shortName(move.name)) \(from)\(move.to.prefix(1))"
    }
    return decision.builds.map(text) + decision.seen.map { "=" + text($0) }
      + decision.deleted.map { "-" + RepositoryRef.shortName($0) }
      + decision.forgotten.map { "/" + RepositoryRef.shortName($0) }
  }
}

@Suite struct NaturalOrderTests {
  @Test(arguments: [
    ("v1.9", "v1.10", true), ("v1.10", "v1.9", false), ("a", "b", true), ("a", "a", false), ("a", "a1", true),
    ("1", "01", false), ("01", "1", true), ("v007", "v8", true), ("v1", "v1.0", true), ("v2", "v10", true),
    ("99999999999999999999998", "99999999999999999999999", true), ("", "a", true), ("v1-rc1", "v1.1", true),
  ])
  func `numbers in names count as numbers`(_ left: String, _ right: String, _ isBefore: Bool) {
    #expect(isNaturallyBefore(left, right) == isBefore)
    if isBefore { #expect(!isNaturallyBefore(right, left)) }
  }
}
