internal import Glibc

/// Finds programs as a shell does.
public enum ExecutableSearch {
  /// Where programs are looked for without a `PATH`.
  public static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// `name` itself where it has a slash, or the first file of that name that can be executed in the folders of `PATH`.
  public static func find(_ name: String, environment: [(name: String, value: String)] = []) throws(ProcessError)
    -> String
  {
    if name.utf8.contains(UInt8(ascii: "/")) { return name }
    let path = environment.last { $0.name == "PATH" }?.value ?? standardPath
    for folder in path.split(separator: ":") where folder.hasPrefix("/") {
      let candidate = folder + "/" + name
      if !name.isEmpty, access(String(candidate), X_OK) == 0 { return String(candidate) }
    }
    throw ProcessError("find", name.isEmpty ? "a program without a name" : name, code: ENOENT)
  }
}
