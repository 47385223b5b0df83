/// Why a text is not taken as XML.
public struct XMLProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, as the end of a sentence.
  public var detail: String
  /// Where, from 1.
  public var line: Int

  /// A problem at a line.
  public init(_ detail: String, line: Int) {
    self.detail = detail
    self.line = line
  }

  /// `line 3: mismatched tag`.
  public var description: String { "line \(line): \(detail)" }
}
