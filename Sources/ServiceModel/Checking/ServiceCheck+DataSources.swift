internal import Documents

extension ServiceCheck {
  /// Checks a data source by itself.
  mutating func checkDataSource(_ source: DataSourceDefinition) -> ResolvedDataSource {
    if let refusal = IdentifierRules.refusal(source.name, mayBeginWithUnderscore: false) {
      report(.invalidName, field: source.name, "\(quoted(source.name)) cannot be the name of a data source: \(refusal)")
    }
    if source.kind == nil {
      let known = DataSourceType.allCases.map(\.rawValue)
      report(
        .unknownType, field: source.name,
        "\(quoted(source.type)) is no type of data source; it is \(known.joined(separator: ", "))"
          + NameHints.suffix(source.type, in: known))
    } else if source.kind != .postgres, !source.tables.isEmpty {
      report(.typeMismatch, field: source.name, "\(source.name) is \(source.type), which has no tables")
    }
    return ResolvedDataSource(
      name: source.name, kind: source.kind ?? .postgres, tables: source.tables.map { checkTable($0, of: source.name) })
  }

  /// Names of data sources, and of tables across them, which are all types of one package.
  mutating func checkNamesOfDataSources() {
    var sources: Set<String> = []
    var tables: [String: String] = [:]
    for source in document.dataSources {
      if !sources.insert(IdentifierRules.key(source.name)).inserted {
        report(.duplicateName, field: source.name, "a data source is called \(quoted(source.name)) already")
      }
      for table in source.tables {
        let place = "\(source.name).\(table.name)"
        if let other = tables.updateValue(place, forKey: IdentifierRules.key(table.name)) {
          report(
            .duplicateName, field: place, "there is a table \(other) already, and both would be entity.\(table.name)")
        }
      }
    }
  }

  private mutating func checkTable(_ table: Table, of source: String) -> ResolvedTable {
    let place = "\(source).\(table.name)"
    if let refusal = IdentifierRules.refusal(table.name, mayBeginWithUnderscore: true) {
      report(.invalidName, field: place, "\(quoted(table.name)) cannot be the name of a table: \(refusal)")
    }
    var keys: Set<String> = []
    let columns = table.columns.map { column in
      if !keys.insert(IdentifierRules.key(column.name)).inserted {
        report(.duplicateName, field: "\(place).\(column.name)", "a column is called \(quoted(column.name)) already")
      }
      return checkColumn(column, of: table, "\(place).\(column.name)")
    }
    return ResolvedTable(name: table.name, columns: columns)
  }

  private mutating func checkColumn(_ column: Column, of table: Table, _ place: String) -> ResolvedColumn {
    if let refusal = IdentifierRules.refusal(column.name, mayBeginWithUnderscore: true) {
      report(.invalidName, field: place, "\(quoted(column.name)) cannot be the name of a column: \(refusal)")
    }
    let known = ScalarType.allCases.map(\.rawValue)
    if column.scalarType == nil {
      report(
        .unknownType, field: place,
        "\(quoted(column.type)) is no type of column; the types are \(known.joined(separator: ", "))"
          + NameHints.suffix(column.type, in: known))
    } else if let text = column.defaultValue, table.defaultValue(of: column) == nil {
      report(.typeMismatch, field: place, "the default \(quoted(text)) is no value of the type \(column.type)")
    }
    return ResolvedColumn(
      name: column.name, type: column.scalarType ?? .string, isPrimaryKey: column.primaryKey,
      isNullable: column.nullable && !column.primaryKey, isUnique: column.unique,
      defaultValue: table.defaultValue(of: column))
  }
}
