/// True for what build systems make for their own use, which nobody looks for among the programs, libraries and objects
/// of a build: the checks of configure, CMake and Meson, temporary and version-control files. `path` is relative, with
/// `/`. Objects that become a part of a program are none, wherever a build system puts them.
///
/// Of a folder (`isFolder`) it is true where everything in it is.
public func isBuildLitter(_ path: String, isFolder: Bool = false) -> Bool {
  let parts = path.split(separator: "/")
  if parts.contains(where: isLitterName) { return true }
  // libtool links programs again as lt-* when they are first run.
  if parts.count > 1, parts[parts.count - 2] == ".libs", parts[parts.count - 1].hasPrefix("lt-") { return true }
  // CMake keeps the objects of a target below `CMakeFiles/<target>.dir`, and its own checks beside them.
  guard let files = parts.lastIndex(of: "CMakeFiles") else { return false }
  let below = isFolder ? parts[(files + 1)...] : parts[(files + 1)...].dropLast()
  if isFolder, below.isEmpty { return false }
  return !below.contains { $0.hasSuffix(".dir") }
}

private let litterNames: Set<Substring> = [
  ".git", ".hg", ".svn", "CMakeTmp", "CMakeScratch", "meson-private", "meson-info", "meson-logs", "autom4te.cache",
  ".deps", ".ccache", ".cache", ".sconf_temp", "__pycache__", "node_modules", "confdefs.h",
]

private func isLitterName(_ name: Substring) -> Bool {
  if litterNames.contains(name) { return true }
  // configure makes conftest, conftest.o, conftest1.o, ...; libtool unpacks archives into *.lax.
  if name.hasPrefix("conftest") || name.hasSuffix(".lax") { return true }
  if name.hasPrefix("CompilerId") || name.hasPrefix("cmTC_") || name.hasPrefix("sanitycheck") { return true }
  return name.hasPrefix(".tmp_") || name.hasPrefix(".conf_check_") || name.hasPrefix(".nfs")
}
