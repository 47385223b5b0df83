/// Which Debian package has a tool, a header or a library: those that C programs ask for most. As of Debian 12; where
/// several packages have it, the one that most programs are built with.
public enum DebianPackages {
  /// The package with the program `name`: `autoreconf` is in `autoconf`.
  public static func ofTool(_ name: String) -> String? {
    if let package = tools[name] { return package }
    // Versions are a part of many names: aclocal-1.16, clang-14, python3.11.
    let stem = name.prefix { !$0.isNumber }
    return tools[String(stem.last == "-" ? stem.dropLast() : stem)]
  }

  /// The package with the header that is included by `path`: `openssl/ssl.h` is in `libssl-dev`.
  public static func ofHeader(_ path: String) -> String? {
    headers[path] ?? path.firstIndex(of: "/").flatMap { headers[String(path[...$0])] }
  }

  /// The package that the linker needs for `-l` and `name`.
  public static func ofLibrary(_ name: String) -> String? { libraries[name] }

  /// The package of what pkg-config, Meson or CMake call `name`: `zlib`, `ZLIB`, `glib-2.0`, `Threads`.
  public static func ofModule(_ name: String) -> String? {
    let name = name.lowercased()
    return modules[name] ?? libraries[name] ?? (name.hasPrefix("lib") ? modules[String(name.dropFirst(3))] : nil)
  }

  private static let tools = table(debianTools, column: 0)
  private static let headers = table(debianLibraries, column: 0)
  private static let libraries = table(debianLibraries, column: 1)
  private static let modules = table(debianLibraries, column: 2)

  /// Each name of a column to its row's package.
  private static func table(_ rows: String, column: Int) -> [String: String] {
    var found: [String: String] = [:]
    for row in rows.split(separator: "\n") {
      let columns = row.split(separator: "|", omittingEmptySubsequences: false)
      guard let package = columns.first?.split(separator: " ").first, columns.indices.contains(column + 1) else {
        continue
      }
      for name in columns[column + 1].split(separator: " ") { found[String(name)] = String(package) }
    }
    return found
  }
}
