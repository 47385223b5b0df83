/// The folder of a tree that is built, and what can build it.
struct BuildFolder: Sendable, Hashable {
  /// Relative to the repository; `""` is its root.
  var path: String
  /// Best first; not empty.
  var candidates: [BuildCandidate]
}

extension ProgramTree {
  /// How many folders are looked at closely, beside the root.
  private static let folderLimit = 50
  /// Folders that hold what belongs to a program, not the program.
  private static let auxiliary: Set<String> = [
    "test", "tests", "testing", "t", "example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "man",
    "contrib", "vendor", "third_party", "third-party", "thirdparty", "3rdparty", "external", "externals", "extern",
    "deps", "dependencies", "subprojects", "submodules", "node_modules", "debian", "packaging", "packages", "fuzz",
    "fuzzing", "bench", "benchmark", "benchmarks", "win32", "windows", "msvc", "vms", "amiga", "macos", "ios",
    "android", "python", "ruby", "java", "go", "rust",
  ]
  /// Folders that people put a program or its build into, likeliest first.
  private static let usual = ["src", "source", "sources", "code", "build", "unix", "linux", "posix", "cmake", "meson"]
  private static let systemFiles: Set<String> = Set(
    makefileNames + ["configure", "configure.ac", "configure.in", "autogen.sh", "CMakeLists.txt", "meson.build"])

  /// The folders that may have a build system, likeliest first: the root, then the shallowest; `isAuxiliary` ones last.
  func buildFolders() -> [String] {
    let found = folders.filter { !$0.key.isEmpty && $0.value.contains { Self.isSystemFile($0) } }.keys
    let ranked = found.map { (rank: Self.rank($0), path: $0) }.sorted {
      $0.rank != $1.rank ? $0.rank < $1.rank : $0.path < $1.path
    }
    return [""] + ranked.prefix(Self.folderLimit).map(\.path)
  }

  /// The first of `buildFolders` that has a build system of its own.
  func buildFolder() -> BuildFolder? {
    for path in buildFolders() {
      let candidates = candidates(in: path)
      if !candidates.isEmpty { return BuildFolder(path: path, candidates: candidates) }
    }
    return nil
  }

  private static func isSystemFile(_ entry: TreeEntry) -> Bool {
    entry.mode & 0o170000 != 0o160000 && systemFiles.contains(lastPart(of: entry.path))
  }

  /// True where a part of the path has the name of something that belongs to a program but is not it.
  static func isAuxiliary(_ folder: String) -> Bool {
    folder.split(separator: "/").contains { $0.hasPrefix(".") || auxiliary.contains($0.lowercased()) }
  }

  /// Smaller is likelier: auxiliary or not, how deep, how usual a name.
  private static func rank(_ folder: String) -> Int {
    let depth = min(folder.utf8.count { $0 == UInt8(ascii: "/") }, 1000)
    let name = usual.firstIndex(of: lastPart(of: folder).lowercased()) ?? usual.count
    return (isAuxiliary(folder) ? 1_000_000 : 0) + depth * 100 + name
  }
}
