/// A path below a workspace, checked: relative, no `..`, no empty part. Whether a symbolic link leads out is for the
/// system to say when the path is opened.
public struct WorkspacePath: Sendable, Hashable {
  /// The parts; empty for the workspace itself.
  public let parts: [String]

  /// Reads what a manifest says. An absolute path must begin with one of `roots`, the names of the workspace; nil
  /// where the path is outside, or could not be a path.
  public init?(_ text: String, roots: [String]) {
    guard !text.isEmpty, !text.utf8.contains(0), text.utf8.count < 4096 else { return nil }
    var rest = Substring(text)
    if text.hasPrefix("/") {
      guard let root = roots.first(where: { text == $0 || text.hasPrefix($0 + "/") }) else { return nil }
      rest = text.dropFirst(root.count)
    }
    let parts = rest.split(separator: "/").filter { $0 != "." }.map(String.init)
    guard !parts.contains("..") else { return nil }
    self.parts = parts
  }

  /// As the system takes it; `.` for the workspace itself.
  public var text: String { parts.isEmpty ? "." : parts.joined(separator: "/") }
}
