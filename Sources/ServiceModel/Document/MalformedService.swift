/// A text that is no service document: what is wrong, with every place.
public struct MalformedService: Error, Sendable, Hashable, CustomStringConvertible {
  /// A mistake.
  public struct Mistake: Sendable, Hashable, CustomStringConvertible {
    /// The line, from 1; nil for JSON.
    public var line: Int?
    /// The column, from 1, in characters; nil for JSON.
    public var column: Int?
    /// The place in the document as a JSON pointer: `/components/0/name`; empty for the whole.
    public var pointer: String
    /// What is wrong and what to do, in lower case, without a full stop.
    public var detail: String

    /// A mistake.
    public init(line: Int? = nil, column: Int? = nil, pointer: String, detail: String) {
      self.line = line
      self.column = column
      self.pointer = pointer
      self.detail = detail
    }

    /// `3:5: unknown key 'nam'; did you mean 'name'?`, or with the pointer where there is no line.
    public var description: String {
      if let line, let column { return "\(line):\(column): \(detail)" }
      return pointer.isEmpty ? detail : "\(pointer): \(detail)"
    }
  }

  /// All mistakes in the order of the text; at least one.
  public var mistakes: [Mistake]

  /// Of these mistakes.
  public init(mistakes: [Mistake]) { self.mistakes = mistakes }

  /// The mistakes, a line each.
  public var description: String { mistakes.map(\.description).joined(separator: "\n") }
}
