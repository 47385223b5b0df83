internal import ServiceModel

/// The package of a component of type `sql`.
struct GoStore {
  let component: GoComponent
  let service: GoService
  let queries: [GoQuery]

  init(_ component: GoComponent, of service: GoService) {
    self.component = component
    self.service = service
    queries = component.methods.compactMap { GoQuery($0, of: service) }
  }

  /// The file and its test.
  var files: [GeneratedFile] { [main, tests].map { $0.generated(module: service.module) } }

  private var main: GoFile {
    let source = component.resolved.dataSource ?? ""
    var file = GoFile(
      path: "internal/\(component.package)/\(component.package).go", package: component.package,
      comment: "Package \(component.package) is the component \(component.name): queries of the database \(source).")
    file.use([service.platform("postgres")])
    file.add(
      GoText.structure(
        "Store", comment: "Store asks the database \(source).",
        members: queries.map { .init($0.field, "*postgres.Query") }))
    file.add(constructor)
    for query in queries {
      file.use("context")
      file.addTypes(of: query.method, in: service)
      file.add("const \(query.constant) = \(GoText.literal(query.query.statement))")
      file.add(query.function)
    }
    addTables(to: &file)
    return file
  }

  private var constructor: String {
    let pairs = queries.map { ($0.field, "database.\($0.isRaw ? "RawQuery" : "Query")(\($0.constant))") }
    let literal = pairs.isEmpty ? "&Store{}" : "&Store{\n\(GoText.pairs(pairs, indent: "\t\t"))\t}"
    return """
      // New returns the component on a database.
      func New(database *postgres.Database) *Store {
      \treturn \(literal)
      }
      """
  }

  /// Where the columns of rows are read into.
  private func addTables(to file: inout GoFile) {
    let named = Set(queries.filter(\.isRaw).compactMap { $0.row?.name })
    for table in tables {
      if named.contains(table.name) {
        file.add(
          """
          // \(table.lower)Columns are the columns of the table \(table.name).
          var \(table.lower)Columns = []string{\(table.columns.map { GoText.quoted($0.name) }.joined(separator: ", "))}
          """)
      }
      file.use(service.module + "/entity")
      file.add(
        """
        // \(table.lower)Fields returns where the columns of the table \(table.name) are read into.
        func \(table.lower)Fields(row *entity.\(table.goName)) []any {
        \treturn []any{\(table.columns.map { "&row." + $0.goName }.joined(separator: ", "))}
        }
        """)
    }
  }

  /// The tables whose rows are read.
  var tables: [GoTable] {
    let names = Set(queries.compactMap { $0.row?.name })
    return service.tables.filter { names.contains($0.name) }
  }
}
