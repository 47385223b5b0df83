internal import ServiceModel

/// A value of every type for tests: the same for the same number, others for others.
struct GoSample {
  let number: Int

  init(_ number: Int) { self.number = number }

  private var even: Bool { number % 2 == 0 }
  private var moment: String { "2024-02-29T12:\(two(number / 60 % 60)):\(two(number % 60))Z" }
  private var identifier: String {
    let digits = String(number)
    return "00000000-0000-4000-8000-" + String(repeating: "0", count: max(12 - digits.count, 0)) + digits
  }
  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// In a URL or a key.
  func text(_ type: ScalarType) -> String {
    switch type {
    case .string: "text-\(number)"
    case .bool: even ? "true" : "false"
    case .int32, .int64: "\(number)"
    case .float64: "\(number).5"
    case .decimal: "\(number).50"
    case .timestamp: moment
    case .uuid: identifier
    case .bytes: Self.base64("bytes-\(number)")
    case .json: "{\"n\":\(number)}"
    }
  }

  /// In JSON.
  func json(_ type: ScalarType) -> String {
    switch type {
    case .string, .decimal, .timestamp, .uuid, .bytes: "\"\(text(type))\""
    case .bool, .int32, .int64, .float64, .json: text(type)
    }
  }

  /// In Go, where the type is known.
  func literal(_ type: ScalarType) -> String {
    switch type {
    case .string, .decimal, .uuid: "\"\(text(type))\""
    case .bool, .int32, .int64, .float64: text(type)
    case .timestamp: "time.Date(2024, 2, 29, 12, \(number / 60 % 60), \(number % 60), 0, time.UTC)"
    case .bytes: "[]byte(\"bytes-\(number)\")"
    case .json: "json.RawMessage(`{\"n\":\(number)}`)"
    }
  }

  /// In Go, with its type.
  func typed(_ type: ScalarType) -> String {
    switch type {
    case .int32, .int64, .decimal, .uuid: "\(type.goName)(\(literal(type)))"
    default: literal(type)
    }
  }

  /// As a database's driver gives it.
  func driver(_ type: ScalarType) -> String {
    switch type {
    case .int32, .int64: "int64(\(number))"
    case .decimal, .uuid: "[]byte(\"\(text(type))\")"
    case .json: "[]byte(`\(text(type))`)"
    default: literal(type)
    }
  }

  /// As a database's driver is given it.
  func argument(_ type: ScalarType) -> String {
    switch type {
    case .decimal, .uuid: literal(type)
    default: driver(type)
    }
  }

  /// Texts of letters, digits and hyphens only.
  private static func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: 3).map { start in
      let group = (0..<3).map { start + $0 < bytes.count ? Int(bytes[start + $0]) : 0 }
      let bits = group[0] << 16 | group[1] << 8 | group[2]
      let digits = [18, 12, 6, 0].map { String(alphabet[bits >> $0 & 63]) }
      let count = min(bytes.count - start, 3) + 1
      return digits.prefix(count).joined() + String(repeating: "=", count: 4 - count)
    }.joined()
  }
}

/// The values of fields in tests. What they need is imported into the file.
struct GoSamples {
  let service: GoService

  /// A field's value in Go, where the type is known.
  func literal(_ field: GoField, _ number: Int, in file: inout GoFile) -> String {
    file.use(imports(of: field))
    let single =
      switch field.type.element {
      case .entity(let table): row(table, in: &file)
      case .scalar(let scalar):
        field.type.isList || !field.isNullable ? GoSample(number).literal(scalar) : GoSample(number).typed(scalar)
      }
    // The type of a list's rows is known by the list's.
    let list = field.type.isList ? "\(field.type.goName){\(single)}" : single
    return field.isNullable ? "value.Of(\(list))" : list
  }

  private func imports(of field: GoField) -> [String] {
    let isTyped = field.type.isList || field.isNullable
    switch field.type.element {
    case .entity: return field.type.isList ? [service.module + "/entity"] : []
    case .scalar(let scalar):
      let named = [ScalarType.decimal, .uuid].contains(scalar) && isTyped
      return (scalar == .timestamp ? ["time"] : []) + (scalar == .json ? ["encoding/json"] : [])
        + (named || field.isNullable ? [service.platform("value")] : [])
    }
  }

  /// The variable with a row of a table.
  private func row(_ table: String, in file: inout GoFile) -> String {
    file.useRow(of: table)
    return GoName.unexported(table) + "Row"
  }

  /// Declares the rows that the file needs: `var productsRow = entity.Products{ID: 1, Name: "text-2"}`.
  func addRows(to file: inout GoFile) {
    for table in service.tables where file.rows.contains(table.name) {
      file.use(service.module + "/entity")
      let fields = literals(table.columns, in: &file)
      file.add(
        """
        // \(table.lower)Row is a row of the table \(table.name).
        var \(table.lower)Row = entity.\(table.goName){\(fields)}
        """)
    }
  }

  /// The fields of a struct, numbered from 1: `ID: 1, Name: "text-2"`.
  func literals(_ fields: [GoField], in file: inout GoFile) -> String {
    var texts: [String] = []
    for (index, field) in fields.enumerated() {
      texts.append("\(field.goName): \(literal(field, index + 1, in: &file))")
    }
    return texts.joined(separator: ", ")
  }

  /// A field's value in JSON.
  func json(_ field: GoField, _ number: Int) -> String {
    let single =
      switch field.type.element {
      case .entity(let table): json(service.table(table)?.columns ?? [])
      case .scalar(let scalar): GoSample(number).json(scalar)
      }
    return field.type.isList ? "[\(single)]" : single
  }

  /// The object of fields, numbered from 1.
  func json(_ fields: [GoField]) -> String {
    "{" + fields.enumerated().map { "\"\($1.name)\":\(json($1, $0 + 1))" }.joined(separator: ",") + "}"
  }
}
