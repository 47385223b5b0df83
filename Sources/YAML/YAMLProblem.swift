/// What is wrong with a YAML text, and where.
public struct YAMLProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// A sentence without position, in lower case.
  public var message: String
  /// Where.
  public var mark: YAMLMark

  /// A problem.
  public init(_ message: String, at mark: YAMLMark) {
    self.message = message
    self.mark = mark
  }

  /// `line 3, column 5: a tab cannot be used for indentation; use spaces`
  public var description: String { "line \(mark.line), column \(mark.column): \(message)" }
}

/// How much a YAML text may hold. What is beyond is refused as soon as it is seen.
public struct YAMLLimits: Sendable, Hashable {
  /// Bytes of text.
  public var bytes: Int
  /// Levels of lists and mappings.
  public var depth: Int
  /// Values, keys included.
  public var nodes: Int
  /// Problems after which reading stops.
  public var problems: Int

  /// Limits; the defaults suit a file that a person writes.
  public init(bytes: Int = 1 << 20, depth: Int = 32, nodes: Int = 500_000, problems: Int = 100) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
    self.problems = problems
  }
}

/// What reading a YAML text gave.
public struct YAMLResult: Sendable {
  /// The document; nil where the text is empty, or too broken to have one.
  public var root: YAMLNode?
  /// What is wrong, in order of position. A root beside problems is fit for finding more of them, not for use.
  public var problems: [YAMLProblem]
}
