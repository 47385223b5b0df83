internal import Documents
internal import ServiceModel

/// Schemas of OpenAPI 3.1, which are JSON Schema.
enum OpenAPISchema {
  /// An object with these fields, in order.
  static func object(_ fields: [ResolvedField]) -> DocumentValue {
    let needed = fields.filter { !$0.isNullable }.map(\.name)
    return .mapping([
      ("type", .text("object")),
      ("properties", .mapping(fields.map { DocumentMember($0.name, schema(of: $0)) })),
      ("required", needed.isEmpty ? nil : .texts(needed)),
    ])
  }

  /// The rows of a table. Every column is there, with null for NULL.
  static func entity(_ table: ResolvedTable) -> DocumentValue {
    .mapping([
      ("type", .text("object")),
      (
        "properties",
        .mapping(
          table.columns.map { column in
            DocumentMember(column.name, scalar(column.type, isNullable: column.isNullable))
          })
      ),
      ("required", table.columns.isEmpty ? nil : .texts(table.columns.map(\.name))),
    ])
  }

  static func schema(of field: ResolvedField) -> DocumentValue {
    let type = field.type
    if !type.isList, let scalar = type.scalar { return Self.scalar(scalar, isNullable: field.isNullable) }
    let item = element(type)
    let value = type.isList ? DocumentValue.mapping([("type", .text("array")), ("items", item)]) : item
    guard field.isNullable else { return value }
    return .mapping([("anyOf", .list([value, .mapping([("type", .text("null"))], isInline: true)]))])
  }

  private static func element(_ type: FieldType) -> DocumentValue {
    switch type.element {
    case .scalar(let scalar): Self.scalar(scalar, isNullable: false)
    case .entity(let table): reference("schemas/\(table)")
    }
  }

  /// A reference to a component of the document.
  static func reference(_ place: String) -> DocumentValue {
    .mapping([("$ref", .text("#/components/\(place)"))], isInline: true)
  }

  static func scalar(_ type: ScalarType, isNullable: Bool) -> DocumentValue {
    let (name, format): (String, String?) =
      switch type {
      case .string: ("string", nil)
      case .bool: ("boolean", nil)
      case .int32: ("integer", "int32")
      case .int64: ("integer", "int64")
      case .float64: ("number", "double")
      case .decimal: ("string", "decimal")
      case .timestamp: ("string", "date-time")
      case .uuid: ("string", "uuid")
      case .bytes: ("string", nil)
      case .json: ("", nil)
      }
    if name.isEmpty { return .mapping([("description", .text("any JSON value"))], isInline: true) }
    return .mapping(
      [
        ("type", isNullable ? .texts([name, "null"]) : .text(name)), ("format", format.map { .text($0) }),
        ("contentEncoding", type == .bytes ? .text("base64") : nil),
      ], isInline: true)
  }
}
