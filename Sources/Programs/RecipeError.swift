/// Why a repository cannot be built as it is. The sentence says what to do.
public struct RecipeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of reason.
  public enum Code: String, Sendable, Hashable {
    /// The commit holds no files.
    case empty
    /// Nothing in it says how it is built.
    case nothingFound
    /// Its manifest, or the one that was given, has errors.
    case manifest
  }

  /// What kind of reason.
  public var code: Code
  /// One sentence for people.
  public var description: String
  /// Further lines for the log: every error of a manifest with its place.
  public var details: [String]

  /// An error with this sentence.
  public init(_ code: Code, _ description: String, details: [String] = []) {
    self.code = code
    self.description = description
    self.details = details
  }
}
