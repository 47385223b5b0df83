/// What one build system does in its folder, as commands of a shell.
struct BuildAttempt: Sendable {
  /// The build system, for people.
  var name: String
  /// Programs without which it cannot begin, and the Debian packages that have them.
  var needs: [(program: String, packages: String)] = []
  /// What configures; empty for a plain Makefile.
  var configure: [String] = []
  /// True, as a shell's condition, where `configure` has succeeded; nil for what leaves a Makefile in its place.
  var hasConfigured: String?
  /// What builds, with all cores.
  var build = #"make -j"$(nproc)""#

  /// A function of the shell that `configure` calls.
  var function: String?

  /// `output` is a free name for a folder, for what does not build among the sources.
  init(_ candidate: BuildCandidate, output: String, script: ConfigureScript) {
    name = candidate.system.name
    switch candidate.system {
    case .configure:
      function = script.looksForGit ? Self.withoutGit : nil
      configure =
        (script.isGenerated ? [Self.evenTimes] : [])
        + [(script.looksForGit ? "without_git " : "") + candidate.command + script.options]
    case .autotools:
      needs = [("autoreconf", "autoconf automake libtool")]
      // Many an autogen.sh runs `configure` itself unless it is told not to.
      let isOwnScript = !candidate.command.hasPrefix("autoreconf")
      configure = [(isOwnScript ? "NOCONFIGURE=1 " : "") + candidate.command, "./configure" + script.options]
    case .meson:
      needs = [("meson", "meson")]
      configure = ["meson setup \(output) --buildtype=release"]
      hasConfigured = "test -f \(output)/build.ninja"
      build = #"meson compile -C \#(output) -j "$(nproc)""#
    case .cmake:
      needs = [("cmake", "cmake")]
      configure = ["cmake -S . -B \(output) -DCMAKE_BUILD_TYPE=Release -DCMAKE_BUILD_RPATH_USE_ORIGIN=ON"]
      hasConfigured = "test -f \(output)/Makefile"
      build = #"cmake --build \#(output) --parallel "$(nproc)""#
    case .make: break
    }
  }

  /// A checkout gives files arbitrary times, by which make may find that what autoconf, bison or makeinfo have made is
  /// out of date, and ask for tools that nobody needs.
  private static let evenTimes = """
    # git keeps no times: with one for all, make does not take what the repository holds for out of date
    find . -name .git -prune -o -type f -exec touch -r configure {} +
    """

  /// Many a release's `configure` takes `.git` for the sign of a developer, and then asks for the tools that make its
  /// documentation and warnings that are errors.
  private static let withoutGit = """
    # with a .git this configure expects a developer's tools, and what they make is in the repository
    without_git() { mv .git ../.git-away; "$@" && code=0 || code=$?; mv ../.git-away .git; return $code; }
    """

  /// All of `configure` as one condition of a shell's `if`.
  var condition: String {
    let checks = needs.map { "need \($0.program) '\($0.packages)'" }
    // A condition is one line; comments would swallow the rest of it.
    let commands = configure.map { $0.split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "; ") }
    return (checks + commands).joined(separator: " && ")
  }
}

/// What is known of a folder's `configure`, or of what it is made from.
struct ConfigureScript: Sendable {
  /// True where autoconf has made it, and the files that it needs.
  var isGenerated = false
  /// True where it asks whether there is a `.git`.
  var looksForGit = false
  /// What it is given, with a space before each.
  var options = ""

  /// The one in a folder of the tree.
  init(_ tree: ProgramTree, in folder: String) {
    isGenerated = ["aclocal.m4", "Makefile.am"].contains { tree.file($0, in: folder) != nil }
    // libtool links programs with shared libraries in a way that they only run where they were built, and leaves a
    // script in their place. Where only libraries are made, they are made as ever.
    let rules = tree.automakeFiles(below: folder).compactMap { tree.text($0) }
    let makes = ["bin_PROGRAMS", "lib_LTLIBRARIES"].allSatisfy { word in rules.contains { $0.contains(word) } }
    if makes { options = " --disable-shared" }
    // Only the root has a `.git`.
    guard isGenerated, folder.isEmpty, let text = tree.text("configure") else { return }
    looksForGit = text.contains("/.git\"") || text.contains("/.git ") || text.contains("-d .git")
  }
}

extension ProgramTree {
  /// Automake's files in a folder and the folders in it, the nearest first; not more than are worth reading.
  func automakeFiles(below folder: String) -> [String] {
    let prefix = folder.isEmpty ? "" : folder + "/"
    let files = entries.filter {
      $0.isFile && $0.path.hasPrefix(prefix) && lastPart(of: $0.path) == "Makefile.am"
        && !Self.isAuxiliary(parent(of: $0.path))
    }
    return Array(files.map(\.path).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.prefix(30))
  }
}
