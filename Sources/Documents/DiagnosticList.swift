public import YAML

/// A place in a document, made into a JSON pointer only where something is wrong there.
public indirect enum Pointer: Sendable {
  /// The whole document.
  case root
  /// The value of a key.
  case key(Pointer, String)
  /// An item of a list, from 0.
  case index(Pointer, Int)

  /// The value of a key of this one.
  public func key(_ name: String) -> Pointer { .key(self, name) }
  /// An item of this one.
  public func index(_ number: Int) -> Pointer { .index(self, number) }

  /// As RFC 6901 writes it.
  public var text: String {
    switch self {
    case .root: ""
    case .key(let parent, let name): parent.text + "/" + Self.escaped(name)
    case .index(let parent, let number): parent.text + "/\(number)"
    }
  }

  private static func escaped(_ name: String) -> String {
    name.map { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }.joined()
  }
}

/// A value and where it is, for messages.
public struct Place: Sendable {
  /// The value.
  public var node: YAMLNode
  /// Where it is in the document.
  public var pointer: Pointer
  /// Where it is in the text.
  public var mark: YAMLMark { node.mark }

  /// A value at a place.
  public init(node: YAMLNode, pointer: Pointer) {
    self.node = node
    self.pointer = pointer
  }

  /// The item `index` of the list here.
  public func item(_ index: Int, _ node: YAMLNode) -> Place { Place(node: node, pointer: pointer.index(index)) }
}

/// Collects errors and warnings, up to a limit of each.
public struct DiagnosticList: Sendable {
  private let limit: Int
  private var kept: [Diagnostic] = []
  private var errors = 0
  private var warnings = 0

  /// Keeps so many errors, and so many warnings.
  public init(limit: Int) { self.limit = max(1, limit) }

  /// True after the first error.
  public var hasErrors: Bool { errors > 0 }

  /// Notes an error.
  public mutating func error(_ message: String, at mark: YAMLMark, _ pointer: Pointer) {
    errors += 1
    if errors <= limit { keep(.error, message, mark, pointer) }
  }

  /// Notes an error.
  public mutating func error(_ message: String, at place: Place) { error(message, at: place.mark, place.pointer) }

  /// Notes a warning.
  public mutating func warning(_ message: String, at mark: YAMLMark, _ pointer: Pointer) {
    warnings += 1
    if warnings <= limit { keep(.warning, message, mark, pointer) }
  }

  /// Notes a warning.
  public mutating func warning(_ message: String, at place: Place) { warning(message, at: place.mark, place.pointer) }

  private mutating func keep(_ severity: Diagnostic.Severity, _ message: String, _ mark: YAMLMark, _ pointer: Pointer) {
    kept.append(
      Diagnostic(severity, line: mark.line, column: mark.column, pointer: pointer.text, message: message))
  }

  /// All in order of position, with a last one for what was left out.
  public var sorted: [Diagnostic] {
    var all = kept.enumerated().sorted {
      ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
    }.map(\.element)
    let (line, column) = all.last.map { ($0.line, $0.column) } ?? (1, 1)
    for (severity, count) in [(Diagnostic.Severity.error, errors), (.warning, warnings)] where count > limit {
      all.append(
        Diagnostic(
          severity, line: line, column: column, pointer: "",
          message: "\(count - limit) further \(severity.rawValue)s are not shown"))
    }
    return all
  }
}
