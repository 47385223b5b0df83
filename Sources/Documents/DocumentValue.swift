public import YAML

/// A document as a tree, on its way to text: what YAML and JSON have in common.
public indirect enum DocumentValue: Sendable, Hashable {
  /// Nothing.
  case null
  /// Text.
  case text(String)
  /// True or false.
  case flag(Bool)
  /// A whole number.
  case integer(Int64)
  /// Any other number; finite.
  case number(Double)
  /// A list. `isInline` keeps it on one line in YAML; what it holds is inline then too.
  case list([DocumentValue], isInline: Bool = false)
  /// Keys and values in order.
  case mapping([DocumentMember], isInline: Bool = false)

  /// A mapping without the members that have no value.
  public static func mapping(_ members: [(String, DocumentValue?)], isInline: Bool = false) -> DocumentValue {
    .mapping(members.compactMap { name, value in value.map { DocumentMember(name, $0) } }, isInline: isInline)
  }

  /// A list of texts on one line.
  public static func texts(_ texts: [String]) -> DocumentValue { .list(texts.map { .text($0) }, isInline: true) }

  /// The same as a tree that was read, for readers of YAML. Numbers and flags are plain there, and text never is.
  public var node: YAMLNode {
    switch self {
    case .null: YAMLNode(.scalar(YAMLScalar("null", isPlain: true)), at: .start)
    case .text(let text): YAMLNode(.scalar(YAMLScalar(text, isPlain: false)), at: .start)
    case .flag, .integer, .number: YAMLNode(.scalar(YAMLScalar(plainText, isPlain: true)), at: .start)
    case .list(let items, _): YAMLNode(.sequence(items.map(\.node)), at: .start)
    case .mapping(let members, _):
      YAMLNode(.mapping(members.map { YAMLEntry(key: $0.name, at: .start, value: $0.value.node) }), at: .start)
    }
  }

  /// How a scalar that is no text is written, in YAML and in JSON.
  var plainText: String {
    switch self {
    case .flag(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value): String(value)
    default: "null"
    }
  }
}

/// A key of a document and its value.
public struct DocumentMember: Sendable, Hashable {
  /// The key.
  public var name: String
  /// The value.
  public var value: DocumentValue

  /// A member.
  public init(_ name: String, _ value: DocumentValue) {
    self.name = name
    self.value = value
  }
}
