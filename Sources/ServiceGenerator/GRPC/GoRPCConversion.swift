internal import ServiceModel

/// How a field of a message becomes a value of a component, and the other way round.
struct GoRPCConversion {
  /// Where Go has the timestamps of protocol buffers.
  static let timestampPackage = "google.golang.org/protobuf/types/known/timestamppb"

  private let field: GoField
  /// The name of the field in the message.
  private let name: String
  /// The variable that holds what is converted.
  private let variable: String
  /// What the field is called in errors, as an expression.
  private let label: String

  /// `place` is the expression of what holds the field, for errors; nil for the request itself.
  init(_ field: GoField, _ name: String, of variable: String, in place: String? = nil) {
    self.field = field
    self.name = name
    self.variable = variable
    label = place.map { "\($0)+\(GoText.quoted("." + field.name))" } ?? GoText.quoted(field.name)
  }

  private var type: FieldType { field.type }
  private var getter: String { "\(variable).Get\(name)()" }

  /// True where a message may hold what is no value: then `r` notes it.
  var canFail: Bool {
    switch type.element {
    case .entity: true
    case .scalar(let scalar): [.decimal, .uuid, .json, .timestamp].contains(scalar)
    }
  }

  /// The message's field as a value.
  var reading: String {
    switch type.element {
    case .entity(let table): row(table)
    case .scalar(let scalar) where type.isList: list(scalar)
    case .scalar(let scalar) where field.isNullable: nullable(scalar)
    case .scalar(let scalar): Self.reader(scalar).map { "r.\($0)(\(label), \(getter))" } ?? getter
    }
  }

  /// The method of the reader that makes a value of the type; nil where the message has it as it is.
  private static func reader(_ type: ScalarType) -> String? {
    switch type {
    case .decimal: "Decimal"
    case .uuid: "UUID"
    case .json: "JSON"
    case .timestamp: "Time"
    case .string, .bool, .int32, .int64, .float64, .bytes: nil
    }
  }

  private func row(_ table: String) -> String {
    let function = "\(GoRPCRow.reader(table))(r, \(label))"
    return type.isList ? "grpcapi.List(\(getter), \(function))" : "\(function)(\(getter))"
  }

  private func list(_ scalar: ScalarType) -> String {
    guard let reader = Self.reader(scalar) else { return getter }
    let source = scalar == .timestamp ? "*timestamppb.Timestamp" : "string"
    return "grpcapi.List(\(getter), func(item \(source)) \(scalar.goName) { return r.\(reader)(\(label), item) })"
  }

  private func nullable(_ scalar: ScalarType) -> String {
    switch scalar {
    case .timestamp: return "r.OptionalTime(\(label), \(variable).\(name))"
    case .bytes: return "grpcapi.OptionalBytes(\(variable).\(name))"
    default:
      guard let reader = Self.reader(scalar) else { return "\(variable).\(name)" }
      return "r.Optional\(reader)(\(label), \(variable).\(name))"
    }
  }

  /// The value as the message's field.
  var writing: String {
    let value = "\(variable).\(field.goName)"
    switch type.element {
    case .entity(let table) where type.isList: return "grpcapi.List(\(value), \(GoRPCRow.writer(table)))"
    case .entity(let table): return "\(GoRPCRow.writer(table))(\(value))"
    case .scalar(let scalar) where type.isList: return Self.written(scalar, value)
    case .scalar(let scalar) where field.isNullable: return Self.optional(scalar, value)
    case .scalar(let scalar): return Self.single(scalar, value)
    }
  }

  private static func single(_ type: ScalarType, _ value: String) -> String {
    switch type {
    case .decimal, .uuid, .json: "string(\(value))"
    case .timestamp: "timestamppb.New(\(value))"
    case .string, .bool, .int32, .int64, .float64, .bytes: value
    }
  }

  private static func optional(_ type: ScalarType, _ value: String) -> String {
    switch type {
    case .decimal, .uuid: "grpcapi.OptionalText(\(value))"
    case .json: "grpcapi.OptionalJSON(\(value))"
    case .timestamp: "grpcapi.OptionalTimestamp(\(value))"
    case .bytes: "value.OrZero(\(value))"
    case .string, .bool, .int32, .int64, .float64: value
    }
  }

  private static func written(_ type: ScalarType, _ value: String) -> String {
    switch type {
    case .decimal, .uuid, .json: "grpcapi.Texts(\(value))"
    case .timestamp: "grpcapi.List(\(value), timestamppb.New)"
    case .string, .bool, .int32, .int64, .float64, .bytes: value
    }
  }

  /// What a file has to import for these expressions.
  static func imports(of texts: [String], in service: GoService) -> [String] {
    let packages = [
      ("value.", service.platform("value")), ("timestamppb.", timestampPackage), ("json.", "encoding/json"),
      ("grpcapi.", service.platform("grpcapi")), ("entity.", service.module + "/entity"), ("time.Time", "time"),
    ]
    return packages.filter { package in texts.contains { $0.contains(package.0) } }.map(\.1)
  }
}
