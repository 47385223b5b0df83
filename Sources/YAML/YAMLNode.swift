/// A position in a text, counted from 1; columns count characters, not bytes.
public struct YAMLMark: Hashable, Sendable, Comparable {
  /// The line, from 1.
  public var line: Int
  /// The column, from 1.
  public var column: Int

  /// A position.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The first character.
  public static let start = YAMLMark(line: 1, column: 1)

  /// Earlier is smaller.
  public static func < (left: YAMLMark, right: YAMLMark) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A value of a YAML document, with the place where it begins.
public struct YAMLNode: Sendable, Hashable {
  /// What the value is.
  public enum Content: Sendable, Hashable {
    /// Text, exactly as written: `yes`, `1.0` and `0777` stay what they are.
    case scalar(YAMLScalar)
    /// A list.
    case sequence([YAMLNode])
    /// Keys and values in the order written; no key twice.
    case mapping([YAMLEntry])
    /// Something that was reported as a problem already, an alias for instance.
    case unusable
  }

  /// What the value is.
  public var content: Content
  /// Where it begins.
  public var mark: YAMLMark

  /// A value.
  public init(_ content: Content, at mark: YAMLMark) {
    self.content = content
    self.mark = mark
  }

  /// The text of a scalar; nil for anything else.
  public var scalar: YAMLScalar? {
    if case .scalar(let scalar) = content { scalar } else { nil }
  }

  /// The values of a list; nil for anything else.
  public var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  /// The entries of a mapping; nil for anything else.
  public var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// True for an absent value: nothing, `~` or `null`, unquoted.
  public var isNull: Bool { scalar?.isNull ?? false }

  /// The value of `key` in a mapping.
  public subscript(_ key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }
}

/// Text in a YAML document.
public struct YAMLScalar: Sendable, Hashable {
  /// The text, with escapes and folds resolved, otherwise as written.
  public var text: String
  /// True where it stood without quotes and not as a block.
  public var isPlain: Bool

  /// A scalar.
  public init(_ text: String, isPlain: Bool) {
    self.text = text
    self.isPlain = isPlain
  }

  /// True for nothing, `~` or `null`, unquoted.
  public var isNull: Bool {
    isPlain && (text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL")
  }
}

/// A key of a mapping and its value.
public struct YAMLEntry: Sendable, Hashable {
  /// The key's text.
  public var key: String
  /// Where the key begins.
  public var mark: YAMLMark
  /// The value.
  public var value: YAMLNode

  /// An entry.
  public init(key: String, at mark: YAMLMark, value: YAMLNode) {
    self.key = key
    self.mark = mark
    self.value = value
  }
}
