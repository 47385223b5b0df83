internal import PostgreSQL
internal import Routing
internal import ServiceModel

/// The tables of a PostgreSQL database, and what of them services do not have.
struct PostgresTables: Sendable {
  /// By name, columns in the order of the table.
  var tables: [Table] = []
  /// A sentence for each column whose type was taken for another.
  var notes: [String] = []

  /// One row a column, of tables in the schemas that are looked through without being named. A unique index counts where
  /// it is over this column alone and over all rows.
  static let query = """
    SELECT c.relname, a.attname, t.typname, format_type(a.atttypid, a.atttypmod),
      EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
      NOT a.attnotnull,
      EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisunique AND NOT i.indisprimary
        AND i.indpred IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum),
      pg_get_expr(d.adbin, d.adrelid)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum AND a.attgenerated = ''
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND pg_table_is_visible(c.oid)
      AND c.relnamespace = ANY (SELECT oid FROM pg_namespace WHERE nspname = ANY (current_schemas(false)))
      AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY c.relname, a.attnum
    """

  /// From the rows of `query`.
  init(rows: [[String?]]) {
    for row in rows where row.count == 8 {
      let values = row.map { $0 ?? "" }
      let (table, name) = (values[0], values[1])
      let type = Self.type(values[2])
      if type == nil {
        notes.append("\(table).\(name) is of type \(values[3]), which services know as string")
      }
      let column = Column(
        name: name, type: (type ?? .string).rawValue, primaryKey: values[4] == "t", nullable: values[5] == "t",
        unique: values[6] == "t", defaultValue: row[7].flatMap { Self.defaultValue($0) })
      if tables.last?.name != table { tables.append(Table(name: table)) }
      tables[tables.count - 1].columns.append(column)
    }
  }

  /// The type of a column by PostgreSQL's own name of it; nil where services have none like it.
  static func type(_ name: String) -> ScalarType? {
    switch name {
    case "text", "varchar", "bpchar", "char", "name", "citext": .string
    case "bool": .bool
    case "int2", "int4": .int32
    case "int8": .int64
    case "float4", "float8": .float64
    case "numeric": .decimal
    case "timestamp", "timestamptz", "date": .timestamp
    case "uuid": .uuid
    case "bytea": .bytes
    case "json", "jsonb": .json
    default: nil
    }
  }

  /// A default in the notation of services; nil where there is none like it, numbers that count up included.
  static func defaultValue(_ expression: String) -> String? {
    switch expression {
    case "now()", "CURRENT_TIMESTAMP", "transaction_timestamp()": return "now()"
    case "gen_random_uuid()", "uuid_generate_v4()": return "gen_random_uuid()"
    case "true", "false": return expression
    default: break
    }
    if expression.first == "'" { return literal(expression.dropFirst()) }
    let number = expression.first == "(" && expression.last == ")" ? expression.dropFirst().dropLast() : expression[...]
    let isNumber = number.utf8.allSatisfy {
      (48...57).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
    return isNumber && number.utf8.contains { (48...57).contains($0) } ? String(number) : nil
  }

  /// The text between quotes, where nothing but a type follows them.
  private static func literal(_ rest: Substring) -> String? {
    var text = ""
    var rest = rest
    while let character = rest.popFirst() {
      guard character == "'" else {
        text.append(character)
        continue
      }
      if rest.first == "'" {
        text.append("'")
        rest.removeFirst()
      } else {
        return rest.isEmpty || isType(rest) ? text : nil
      }
    }
    return nil
  }

  /// `::numeric(10,2)` and nothing behind it.
  private static func isType(_ text: Substring) -> Bool {
    text.hasPrefix("::")
      && text.dropFirst(2).allSatisfy { $0.isLetter || $0.isNumber || "_ (),\".".contains($0) }
  }
}

extension PostgresSource {
  /// Reads the database's tables. Throws a `Problem` that says why it cannot be asked.
  func tables() throws -> PostgresTables {
    do {
      return PostgresTables(rows: try connect().query(PostgresTables.query))
    } catch {
      throw Problem(409, sentence(error))
    }
  }
}
