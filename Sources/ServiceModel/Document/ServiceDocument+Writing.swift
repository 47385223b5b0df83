internal import Documents
internal import FoundationEssentials

extension ServiceDocument {
  /// The service as a service file: reading it gives this document again, and the same document gives the same text.
  public var yaml: String { tree(isComplete: false).yaml }

  /// The JSON of the service, with the keys of the service file in alphabetical order: the same document gives the
  /// same bytes.
  public var json: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // The tree holds text, flags and finite numbers, which can always be encoded.
    return (try? encoder.encode(tree)).map { Array($0) } ?? []
  }

  var tree: DocumentValue { tree(isComplete: true) }

  /// `isComplete` writes also what is as usual: programs read it more easily, people do not.
  private func tree(isComplete: Bool) -> DocumentValue {
    .mapping([
      ("wright", .text(Self.format)),
      ("name", .text(name)),
      ("data_sources", Self.list(dataSources.map { $0.tree(isComplete: isComplete) }, isComplete)),
      ("components", Self.list(components.map { $0.tree(isComplete: isComplete) }, isComplete)),
      ("links", Self.list(links.map(\.tree), isComplete)),
    ])
  }

  private static func list(_ items: [DocumentValue], _ isComplete: Bool) -> DocumentValue? {
    items.isEmpty && !isComplete ? nil : .list(items)
  }
}

extension DataSourceDefinition {
  func tree(isComplete: Bool) -> DocumentValue {
    let tables = tables.map { $0.tree(isComplete: isComplete) }
    return .mapping([
      ("name", .text(name)), ("type", .text(type)), ("tables", tables.isEmpty && !isComplete ? nil : .list(tables)),
    ])
  }
}

extension Table {
  func tree(isComplete: Bool) -> DocumentValue {
    .mapping([("name", .text(name)), ("columns", .list(columns.map { $0.tree(isComplete: isComplete) }))])
  }
}

extension Column {
  fileprivate func tree(isComplete: Bool) -> DocumentValue {
    func flag(_ value: Bool) -> DocumentValue? { value || isComplete ? .flag(value) : nil }
    return .mapping(
      [
        ("name", .text(name)), ("type", .text(type)), ("primary_key", flag(primaryKey)), ("nullable", flag(nullable)),
        ("unique", flag(unique)), ("default", defaultValue.map { .text($0) } ?? (isComplete ? .null : nil)),
      ], isInline: true)
  }
}

extension Link {
  fileprivate var tree: DocumentValue { .mapping([("from", .text(from)), ("to", .text(to))], isInline: true) }
}
