/// A file of a generated service.
public struct GeneratedFile: Sendable, Hashable {
  /// The path below the root of the repository.
  public var path: String
  /// What it holds.
  public var contents: String

  /// A file.
  public init(path: String, contents: String) {
    self.path = path
    self.contents = contents
  }
}
