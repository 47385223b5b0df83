internal import ServiceModel

/// A message of protocol buffers. Its name is the same in Go.
struct ProtoMessage {
  var name: String
  var comment: String
  var fields: [ProtoField]

  /// `entities` are the names of the messages for the rows of tables.
  init(_ name: String, _ comment: String, _ resolved: [GoField], _ entities: [String: String]) {
    self.name = name
    self.comment = "\(name) \(comment)."
    // As the plugin for Go does: methods of messages are not names of fields, and neither are getters.
    var used: [String: Bool] = Dictionary(
      ["Reset", "String", "ProtoMessage", "Marshal", "Unmarshal", "ExtensionRangeArray", "ExtensionMap", "Descriptor"]
        .map { ($0, true) }, uniquingKeysWith: { first, _ in first })
    fields = resolved.enumerated().map { index, field in
      var goName = ProtoName.camelCase(field.name)
      while used[goName] ?? false || used["Get" + goName] ?? false { goName += "_" }
      used[goName] = true
      used["Get" + goName] = true
      return ProtoField(field, number: index + 1, goName: goName, entities)
    }
  }

  var hasOptional: Bool { fields.contains { $0.isOptional } }
}

/// A field of a message.
struct ProtoField {
  /// What a value is.
  enum Kind: Hashable {
    case string, bool, int32, int64, double, bytes, timestamp
    case message(String)
  }

  let name: String
  let number: Int
  let kind: Kind
  let isRepeated: Bool
  /// True where a value that is not there is told from an empty one. Messages are always.
  let isOptional: Bool
  let goName: String

  fileprivate init(_ field: GoField, number: Int, goName: String, _ entities: [String: String]) {
    name = field.name
    self.number = number
    self.goName = goName
    kind =
      switch field.type.element {
      case .entity(let table): .message(entities[table] ?? "")
      case .scalar(let scalar): Kind(scalar)
      }
    isRepeated = field.type.isList
    isOptional = field.isNullable && !field.type.isList && !kind.isMessage
  }

  var jsonName: String { ProtoName.json(name) }
}

extension ProtoField.Kind {
  /// Decimals, UUIDs and JSON are text.
  init(_ type: ScalarType) {
    switch type {
    case .string, .decimal, .uuid, .json: self = .string
    case .bool: self = .bool
    case .int32: self = .int32
    case .int64: self = .int64
    case .float64: self = .double
    case .timestamp: self = .timestamp
    case .bytes: self = .bytes
    }
  }

  var isMessage: Bool {
    switch self {
    case .timestamp, .message: true
    default: false
    }
  }

  /// The type in a file of protocol buffers.
  var protoType: String {
    switch self {
    case .string: "string"
    case .bool: "bool"
    case .int32: "int32"
    case .int64: "int64"
    case .double: "double"
    case .bytes: "bytes"
    case .timestamp: "google.protobuf.Timestamp"
    case .message(let name): name
    }
  }

  /// The number of the type in descriptors. https://protobuf.dev/reference/protobuf/google.protobuf/#kind
  var typeNumber: Int {
    switch self {
    case .double: 1
    case .int64: 3
    case .int32: 5
    case .bool: 8
    case .string: 9
    case .timestamp, .message: 11
    case .bytes: 12
    }
  }

  /// How values are encoded, as Go's tags say it.
  var wireType: String {
    switch self {
    case .string, .bytes, .timestamp, .message: "bytes"
    case .bool, .int32, .int64: "varint"
    case .double: "fixed64"
    }
  }

  /// The type of a single value in Go.
  var goType: String {
    switch self {
    case .string: "string"
    case .bool: "bool"
    case .int32: "int32"
    case .int64: "int64"
    case .double: "float64"
    case .bytes: "[]byte"
    case .timestamp: "*timestamppb.Timestamp"
    case .message(let name): "*" + name
    }
  }

  /// The zero value in Go.
  var goZero: String {
    switch self {
    case .string: "\"\""
    case .bool: "false"
    case .int32, .int64, .double: "0"
    case .bytes, .timestamp, .message: "nil"
    }
  }
}
