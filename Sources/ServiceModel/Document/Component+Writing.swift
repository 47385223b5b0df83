internal import Documents

extension Component {
  func tree(isComplete: Bool) -> DocumentValue {
    let methods = methods.map(\.tree)
    return .mapping([
      ("name", .text(name)),
      ("type", .text(type)),
      ("position", position?.tree),
      ("data_source", dataSource.map { .text($0) }),
      ("settings", settings.map(Self.tree)),
      ("methods", methods.isEmpty && !isComplete ? nil : .list(methods)),
    ])
  }

  private static func tree(_ settings: [String: SettingValue]) -> DocumentValue {
    .mapping(settings.sorted { $0.key < $1.key }.map { DocumentMember($0.key, $0.value.tree) })
  }
}

extension Position {
  fileprivate var tree: DocumentValue {
    .mapping([("x", Self.tree(x)), ("y", Self.tree(y))], isInline: true)
  }

  private static func tree(_ number: Double) -> DocumentValue {
    Int64(exactly: number).map { .integer($0) } ?? .number(number)
  }
}

extension SettingValue {
  fileprivate var tree: DocumentValue {
    switch self {
    case .text(let text): .text(text)
    case .flag(let flag): .flag(flag)
    case .integer(let integer): .integer(integer)
    case .number(let number): .number(number)
    case .list(let values): .list(values.map(\.tree), isInline: true)
    }
  }
}

extension Method {
  /// The properties that there are, in the order of the service file's description.
  fileprivate var tree: DocumentValue {
    func text(_ text: String?) -> DocumentValue? { text.map { .text($0) } }
    func texts(_ texts: [String]?) -> DocumentValue? { texts.map { .texts($0) } }
    func fields(_ fields: [Field]?) -> DocumentValue? { fields.map { .list($0.map(\.tree), isInline: true) } }
    return .mapping([
      ("name", .text(name)),
      ("request", fields(request) ?? texts(requestMiddlewares)),
      ("response", fields(response) ?? texts(responseMiddlewares)),
      ("calls", text(calls)), ("http", http?.tree),
      ("query", text(query)), ("table", text(table)), ("where", texts(whereColumns)), ("set", texts(setColumns)),
      ("multi", multi.map { .flag($0) }), ("returns", text(returns)), ("sql", text(sql)),
      ("op", text(op)), ("key", text(key)), ("params", fields(params)), ("result", text(result)),
      ("value", text(value)), ("ttl", text(ttl)),
      ("sources", texts(sources)), ("write", write.map { Self.tree($0) }), ("source", text(source)),
      ("body", text(body)),
    ])
  }

  static func tree(_ texts: [String: String]) -> DocumentValue {
    .mapping(texts.sorted { $0.key < $1.key }.map { DocumentMember($0.key, .text($0.value)) }, isInline: true)
  }
}

extension Field {
  fileprivate var tree: DocumentValue { .mapping([("name", .text(name)), ("type", .text(type))], isInline: true) }
}

extension HTTPRoute {
  fileprivate var tree: DocumentValue {
    .mapping([("verb", .text(verb)), ("path", .text(path)), ("from", from.map { Method.tree($0) })], isInline: true)
  }
}
