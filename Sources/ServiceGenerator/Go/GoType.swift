internal import ServiceModel

extension FieldType {
  /// The type in Go.
  var goName: String {
    let element =
      switch element {
      case .entity(let table): "entity." + GoName.exported(table)
      case .scalar(let scalar): scalar.goName
      }
    return (isList ? "[]" : "") + element
  }
}

extension GoField {
  /// The type in Go.
  var goType: String { (isNullable ? "*" : "") + type.goName }
}

extension ScalarType {
  /// The type in Go.
  var goName: String {
    switch self {
    case .string: "string"
    case .bool: "bool"
    case .int32: "int32"
    case .int64: "int64"
    case .float64: "float64"
    case .decimal: "value.Decimal"
    case .timestamp: "time.Time"
    case .uuid: "value.UUID"
    case .bytes: "[]byte"
    case .json: "json.RawMessage"
    }
  }
}

extension GoService {
  /// What a file has to import that names the types of these fields.
  func imports(of fields: [GoField]) -> [String] {
    fields.flatMap { field -> [String] in
      switch field.type.element {
      case .entity: [module + "/entity"]
      case .scalar(.timestamp): ["time"]
      case .scalar(.decimal), .scalar(.uuid): [platform("value")]
      case .scalar(.json): ["encoding/json"]
      case .scalar: []
      }
    }
  }
}
