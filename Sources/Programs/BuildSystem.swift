/// A way to build a C program, in the order in which they are tried.
///
/// What configures itself for this machine comes before a plain Makefile, which beside one of them is often a stub, a
/// wrapper around it, or meant for one platform. Among those that configure, the one that needs the least comes first:
/// a `configure` that is in the tree runs with a shell alone, Meson and CMake need one tool, and making `configure`
/// anew needs three (autoconf, automake, libtool) in fitting versions.
enum BuildSystem: Sendable {
  /// A `configure` that the commit holds, made by autoconf or written by hand; then make.
  case configure
  /// `meson.build`.
  case meson
  /// `CMakeLists.txt`.
  case cmake
  /// What `configure` is made from: `configure.ac`, `autogen.sh`, ...; then make.
  case autotools
  /// A Makefile that needs nothing before it.
  case make

  /// As people call it.
  var name: String {
    switch self {
    case .configure: "configure"
    case .meson: "Meson"
    case .cmake: "CMake"
    case .autotools: "autotools"
    case .make: "make"
    }
  }

  /// Why it comes before those that follow, as the end of a sentence.
  var reason: String {
    switch self {
    case .configure: "it needs no tool but a shell"
    case .meson: "where a project has Meson, that is usually the newest of them"
    case .cmake: "it configures itself for the machine, and needs one tool only"
    case .autotools: "it configures itself for the machine"
    case .make: "nothing has to be configured"
    }
  }
}

/// A build system that was seen in a folder.
struct BuildCandidate: Sendable, Hashable {
  /// Which.
  var system: BuildSystem
  /// The file's name that shows it: `CMakeLists.txt`.
  var evidence: String
  /// For `configure` and `autotools`: how the script is started (`./configure`, `sh autogen.sh`, `autoreconf`).
  var command: String = ""
  /// True where `evidence` is a sign only together with what it says, and that was not read.
  var isUnsure = false
}

extension ProgramTree {
  /// What can build `folder` (`""` is the root), best first.
  func candidates(in folder: String) -> [BuildCandidate] {
    var found: [BuildCandidate] = []
    if let script = file("configure", in: folder) {
      found.append(BuildCandidate(system: .configure, evidence: "configure", command: start(script)))
    }
    for (system, name) in [(BuildSystem.meson, "meson.build"), (.cmake, "CMakeLists.txt")] {
      guard let entry = file(name, in: folder) else { continue }
      // Without `project` it is a part of the build of a folder above.
      let isProject = text(entry.path).map { Self.declaresProject($0) }
      if isProject ?? true {
        found.append(BuildCandidate(system: system, evidence: name, isUnsure: isProject == nil))
      }
    }
    if found.first?.system != .configure, let autotools = autotools(in: folder) { found.append(autotools) }
    // A Makefile beside `configure` is completed by it, or says that it has to be run first.
    if found.first?.system != .configure, let name = makefileNames.first(where: { file($0, in: folder) != nil }) {
      found.append(BuildCandidate(system: .make, evidence: name))
    }
    return found
  }

  private func autotools(in folder: String) -> BuildCandidate? {
    let source = ["configure.ac", "configure.in"].first { file($0, in: folder) != nil }
    for name in ["autogen.sh", "bootstrap", "bootstrap.sh", "buildconf"] {
      guard let script = file(name, in: folder) else { continue }
      // Other things are called so too (CMake's own `bootstrap` is what configures it).
      let known = source != nil ? true : text(script.path).map { $0.contains("autoreconf") || $0.contains("automake") }
      guard known ?? (name == "autogen.sh") else { continue }
      return BuildCandidate(
        system: .autotools, evidence: source.map { "\($0) and \(name)" } ?? name, command: start(script),
        isUnsure: known == nil)
    }
    return source.map { BuildCandidate(system: .autotools, evidence: $0, command: "autoreconf --force --install") }
  }

  /// The file (or link: `configure` may well be one) with this name in a folder.
  func file(_ name: String, in folder: String) -> TreeEntry? {
    self[joined(folder, name)].flatMap { $0.mode & 0o170000 == 0o160000 ? nil : $0 }
  }

  private func start(_ script: TreeEntry) -> String {
    let name = lastPart(of: script.path)
    return script.isFile && !script.isExecutable ? "sh \(name)" : "./\(name)"
  }

  /// True for a `CMakeLists.txt` or `meson.build` with a call of `project` that is no comment.
  static func declaresProject(_ text: String) -> Bool {
    text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 }).contains { line in
      let words = line.drop { $0 == 32 || $0 == 9 }
      guard words.count > 7, words.prefix(7).map({ $0 | 32 }).elementsEqual("project".utf8) else { return false }
      return words.dropFirst(7).drop { $0 == 32 || $0 == 9 }.first == UInt8(ascii: "(")
    }
  }
}

/// The names that GNU make looks for, in its order.
let makefileNames = ["GNUmakefile", "makefile", "Makefile"]
