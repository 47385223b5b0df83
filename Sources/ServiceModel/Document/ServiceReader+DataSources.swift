internal import Documents

extension ServiceReader {
  private static let sourceKeys = KeySet(
    of: "a data source", known: ["name", "type", "tables"],
    elsewhere: Dictionary(
      ["url", "host", "port", "user", "password", "connection", "endpoint", "bucket", "access_key", "secret_key"]
        .map { ($0, "the environment of the running service, never the service file") },
      uniquingKeysWith: { first, _ in first }))
  private static let tableKeys = KeySet(of: "a table", known: ["name", "columns"])
  private static let columnKeys = KeySet(
    of: "a column", known: ["name", "type", "primary_key", "nullable", "unique", "default"])

  mutating func dataSource(_ place: Place) -> DataSourceDefinition {
    guard let fields = fields(of: place, Self.sourceKeys) else { return DataSourceDefinition(name: "", type: "") }
    return DataSourceDefinition(
      name: optionalText(fields["name"]) ?? "", type: optionalText(fields["type"]) ?? "",
      tables: items(fields["tables"], of: "tables", limit: 1000).map { table($0) })
  }

  mutating func table(_ place: Place) -> Table {
    guard let fields = fields(of: place, Self.tableKeys) else { return Table(name: "") }
    return Table(
      name: optionalText(fields["name"]) ?? "",
      columns: items(fields["columns"], of: "columns", limit: 1600).map { column($0) })
  }

  private mutating func column(_ place: Place) -> Column {
    guard let fields = fields(of: place, Self.columnKeys) else { return Column(name: "", type: "") }
    return Column(
      name: optionalText(fields["name"]) ?? "", type: optionalText(fields["type"]) ?? "",
      primaryKey: flag(fields["primary_key"]) ?? false, nullable: flag(fields["nullable"]) ?? false,
      unique: flag(fields["unique"]) ?? false,
      // A number or a truth value is what somebody naturally writes here.
      defaultValue: fields["default"].flatMap { text($0, "text, a number, true or false") })
  }
}
