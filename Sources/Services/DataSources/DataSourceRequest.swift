internal import FoundationEssentials
internal import HTTPServer
internal import Routing
internal import ServiceModel
internal import Store

/// A data source as a request wants it saved.
struct DataSourceRequest: Sendable {
  var name: String
  var type: DataSourceType
  var connection: ConnectionSettings
  var tables: [Table]

  /// Reads the body of a request that makes a data source, or saves `saved` anew: what it leaves out stays as it is then.
  /// Throws a `Problem` with everything that is wrong.
  init(_ request: HTTPRequest, saved: DataSource? = nil) async throws {
    var fields = try await request.jsonFields(limit: Services.documentLimit)
    name = saved?.name ?? Self.newName(&fields)
    let typeName = saved?.type ?? Self.newType(&fields)
    if let saved { Self.check(&fields, against: saved) }
    type = DataSourceType(rawValue: typeName) ?? .postgres
    connection = saved?.settings ?? ConnectionSettings(type: type.rawValue)
    tables = saved?.definition.tables ?? []
    if let value = fields.value("connection"), value != .null {
      connection = try Self.noting(&fields, connection) { try connection.changed(by: value, at: "/connection") }
    }
    if let value = fields.value("schema"), value != .null {
      tables = try Self.noting(&fields, tables) { try Self.tables(value, of: typeName) }
    }
    if type != .postgres && !tables.isEmpty { fields.refuse("schema", "only postgres has tables; leave them out") }
    try fields.finish()
  }

  private static func newName(_ fields: inout JSONFields) -> String {
    let name = fields.requiredString("name")
    if fields.errors.isEmpty && !DataSource.isName(name) {
      fields.refuse(
        "name",
        "a name has letters, digits and underscores, \(ServiceRecord.nameLimit) at most, and begins with a letter")
    }
    return name
  }

  private static func newType(_ fields: inout JSONFields) -> String {
    let known = fields.errors.count
    let type = fields.requiredString("type")
    if fields.errors.count == known && DataSourceType(rawValue: type) == nil {
      fields.refuse("type", "type is postgres, redis or s3, not '\(type.shortened)'")
    }
    return type
  }

  /// Name and type may be sent back, but not changed: services know the data source by them.
  private static func check(_ fields: inout JSONFields, against saved: DataSource) {
    for (field, present) in [("name", saved.name), ("type", saved.type)] {
      if let text = fields.string(field), text != present {
        fields.refuse(field, "\(field) cannot be changed; it is '\(present)'")
      }
    }
  }

  /// What `body` reads; where it finds mistakes they are noted, and `usual` stands in.
  private static func noting<Value>(
    _ fields: inout JSONFields, _ usual: Value, _ body: () throws -> Value
  ) throws -> Value {
    do { return try body() } catch let problem as Problem where !problem.errors.isEmpty {
      fields.refuse(problem.errors)
      return usual
    }
  }

  private static func tables(_ schema: JSONValue, of type: String) throws -> [Table] {
    var fields = try JSONFields(schema, at: "/schema")
    let value = fields.value("tables") ?? .array([])
    try fields.finish()
    var writer = JSONWriter()
    writer.value(
      .object([.init("name", .string("source")), .init("type", .string(type)), .init("tables", value)]))
    do {
      return try JSONDecoder().decode(DataSourceDefinition.self, from: Data(writer.bytes)).tables
    } catch let error as MalformedService {
      throw Problem.invalid(error.mistakes.map { ProblemField($0, below: "/schema") })
    }
  }
}

extension DataSource {
  /// How it is reached, as it was saved.
  var settings: ConnectionSettings { ConnectionSettings(type: type, json: connection) }
}
