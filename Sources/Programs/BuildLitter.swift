/// True for what build systems make for their own use, which nobody looks for among the programs, libraries and objects
/// of a build: the checks of configure, CMake and Meson, temporary and version-control files. `path` is relative, with
/// `/`. Objects that become a part of a program are none, wherever a build system puts them.
public func isBuildLitter(_ path: String) -> Bool {
  let parts = path.split(separator: "/")
  if parts.contains(where: isLitterName) { return true }
  // CMake keeps the objects of a target below `CMakeFiles/<target>.dir`, and its own checks beside them.
  if let files = parts.lastIndex(of: "CMakeFiles") {
    return !parts[files...].dropLast().contains { $0.hasSuffix(".dir") && $0 != "cmTC.dir" }
  }
  return false
}

private let litterNames: Set<Substring> = [
  ".git", ".hg", ".svn", "CMakeTmp", "CMakeScratch", "meson-private", "meson-info", "meson-logs", "autom4te.cache",
  ".deps", ".ccache", ".cache", ".sconf_temp", "__pycache__", "node_modules", "confdefs.h",
]

private func isLitterName(_ name: Substring) -> Bool {
  if litterNames.contains(name) { return true }
  // configure makes conftest, conftest.o, conftest1.o, conf1234.dir, ...; libtool unpacks archives into *.lax, and
  // links programs again as lt-* when they are first run.
  if name.hasPrefix("conftest") || name.hasSuffix(".lax") || name.hasPrefix("lt-") { return true }
  if name.hasPrefix("CompilerId") || name.hasPrefix("cmTC_") || name.hasPrefix("sanitycheck") { return true }
  return name.hasPrefix(".tmp_") || name.hasPrefix(".conf_check_") || name.hasPrefix(".nfs")
}
