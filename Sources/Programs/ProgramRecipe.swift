public import Model
public import Planning

/// How a program is built, found out from the files of a commit alone.
///
/// A manifest comes first: the one that was given, else the repository's own. Without one the build system is looked
/// for, and the stages are what a person would put into a manifest for it.
public enum ProgramRecipe {
  /// Of a file that is read, the most bytes.
  public static let fileLimit: Int64 = 1 << 20
  /// The most files that are read, and their bytes in all.
  private static let (countLimit, byteLimit) = (500, Int64(16 << 20))

  /// The files of a commit whose bytes `decide` needs, best first. All are regular files, at most 1 MiB each, 16 MiB
  /// and 500 in all.
  public static func wanted(in entries: [TreeEntry]) -> [String] {
    let tree = ProgramTree(entries)
    if let manifest = tree.ownManifests().first { return [manifest] }
    let folders = tree.buildFolders()
    var paths = ["configure"] + folders.flatMap { folder in readNames.map { joined(folder, $0) } }
    paths += tree.automakeFiles(below: "")
    // One that is sure makes the rest, and all sources, uninteresting.
    if !folders.contains(where: { tree.candidates(in: $0).contains { !$0.isUnsure } }) {
      paths += SourceSet.paths(in: tree)
    }
    var left = byteLimit
    return Array(
      paths.filter { path in
        guard let entry = tree[path], entry.isFile, entry.size <= min(left, fileLimit) else { return false }
        left -= max(0, entry.size)
        return true
      }.prefix(countLimit))
  }

  private static let readNames = [
    "meson.build", "CMakeLists.txt", "autogen.sh", "bootstrap", "bootstrap.sh", "buildconf",
  ]

  /// What a build of the commit does after its source was cloned into `source.directory`, and why: lines for the log.
  ///
  /// `given` is a manifest's text that takes the place of whatever the repository holds.
  public static func decide(
    _ tree: ProgramTree, source: Source, given: String? = nil, limits: PlanLimits = PlanLimits()
  ) throws(RecipeError) -> ProgramDecision {
    if let given {
      return try decision(byManifest: Array(given.utf8), called: "the given manifest", source, limits)
    }
    if let own = tree.ownManifests().first {
      var decision = try tree.decision(byOwn: own, source, limits)
      let others = tree.ownManifests().dropFirst()
      if !others.isEmpty { decision.explanation.append("not used: \(listed(Array(others)))") }
      return decision
    }
    if tree.entries.isEmpty { throw RecipeError(.empty, "the repository is empty: push a commit with files first") }
    if let folder = tree.buildFolder() {
      return decision(RecipeScript(tree: tree, folder: folder, directory: source.directory), source)
    }
    if let set = SourceSet(tree, name: source.directory) { return decision(set.script(in: source.directory), source) }
    if tree["flake.nix"]?.isFile == true {
      return try decision(byManifest: Array("kind: nix\n".utf8), called: "flake.nix", source, limits)
    }
    throw tree.nothingFound()
  }
}

/// What was decided for a commit.
public struct ProgramDecision: Sendable, Hashable {
  /// The rest of the plan.
  public var found: PlanExtension
  /// What was seen and why this was taken: lines for the log.
  public var explanation: [String]
  /// True where the stages are the outputs of the source's flake, which only Nix knows.
  public var isFlake: Bool

  /// A decision.
  public init(found: PlanExtension, explanation: [String], isFlake: Bool = false) {
    self.isFlake = isFlake
    self.found = found
    self.explanation = explanation
  }
}
