/// The OpenAPI 3.1 document of a route table (https://spec.openapis.org/oas/v3.1.1.html). Made from the same table
/// that routes requests, so it says what the server does.
public struct OpenAPIDocument: Sendable {
  /// The API's name.
  public var title: String
  /// The API's version.
  public var version: String
  /// A few sentences in Markdown.
  public var description: String
  /// Named schemas as JSON text; routes refer to them as `#/components/schemas/<name>`.
  public var schemas: [(name: String, json: String)]

  /// A document.
  public init(title: String, version: String, description: String, schemas: [(name: String, json: String)]) {
    self.title = title
    self.version = version
    self.description = description
    self.schemas = schemas + [("Problem", Self.problemSchema)]
  }

  /// The document as JSON, of those routes that have documentation.
  public func json(_ routes: [Route]) -> [UInt8] {
    var writer = JSONWriter(capacity: 64 << 10)
    writer.beginObject()
    writer.field("openapi", "3.1.0")
    writeInformation(&writer, Self.documented(routes))
    writer.key("paths")
    writer.beginObject()
    for path in Self.paths(routes) { Self.write(path.operations, at: path.path, &writer) }
    writer.endObject()
    writeComponents(&writer)
    writer.endObject()
    return writer.bytes
  }

  private func writeInformation(_ writer: inout JSONWriter, _ routes: [Route]) {
    writer.key("info")
    writer.beginObject()
    writer.field("title", title)
    writer.field("version", version)
    writer.field("description", description)
    writer.endObject()
    writer.key("servers")
    writer.raw(#"[{"url":"/"}]"#)
    writer.key("tags")
    writer.beginArray()
    for tag in Self.tags(routes) {
      writer.beginObject()
      writer.field("name", tag)
      writer.endObject()
    }
    writer.endArray()
  }

  private func writeComponents(_ writer: inout JSONWriter) {
    writer.key("components")
    writer.beginObject()
    writer.key("securitySchemes")
    writer.raw(
      #"{"token":{"type":"http","scheme":"bearer","description":"An API token"},"agent":{"type":"http","scheme":"bearer","description":"A token of the kind agent"}}"#
    )
    writer.key("schemas")
    writer.beginObject()
    for schema in schemas {
      writer.key(text: schema.name)
      writer.raw(schema.json)
    }
    writer.endObject()
    writer.endObject()
  }

  private static let problemSchema = """
    {"type":"object","description":"RFC 9457","required":["type","title","status","detail"],"properties":{\
    "type":{"type":"string"},"title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},\
    "id":{"type":"string","description":"Names a failure in the server's log"},\
    "errors":{"type":"array","items":{"type":"object","required":["pointer","detail"],"properties":{\
    "pointer":{"type":"string","description":"RFC 6901"},"line":{"type":"integer"},"column":{"type":"integer"},\
    "detail":{"type":"string"}}}}}}
    """
}

extension OpenAPIDocument {
  private static func security(_ access: RouteAccess) -> String {
    switch access {
    case .open: "[]"
    case .agent: #"[{"agent":[]}]"#
    case .user, .page: #"[{"token":[]}]"#
    }
  }

  static func documented(_ routes: [Route]) -> [Route] { routes.filter { $0.documentation != nil } }

  /// In the order in which they first appear.
  static func tags(_ routes: [Route]) -> [String] {
    var seen: Set<String> = []
    return routes.compactMap(\.documentation?.tag).filter { seen.insert($0).inserted }
  }

  /// The routes grouped by path, in the table's order. OpenAPI has no `{name...}`; it is shown as `{name}`.
  private static func paths(_ routes: [Route]) -> [(path: String, operations: [Route])] {
    var order: [String] = []
    var groups: [String: [Route]] = [:]
    for route in documented(routes) {
      let path = templatePath(route.path)
      if groups[path] == nil { order.append(path) }
      groups[path, default: []].append(route)
    }
    return order.map { ($0, groups[$0] ?? []) }
  }

  static func templatePath(_ path: String) -> String {
    let parts = RouteTable.segments(of: path).map { segment in
      switch segment {
      case .literal(let text): text
      case .parameter(let name), .rest(let name): "{\(name)}"
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func write(_ operations: [Route], at path: String, _ writer: inout JSONWriter) {
    writer.key(text: path)
    writer.beginObject()
    for route in operations {
      guard let documentation = route.documentation else { continue }
      writer.key(text: route.method.lowercased())
      writer.beginObject()
      writer.field("operationId", operationID(route))
      writer.field("summary", documentation.summary)
      writer.field("tags", [documentation.tag])
      writer.key("security")
      writer.raw(security(route.access))
      writeParameters(route, documentation, &writer)
      if let schema = documentation.requestSchema {
        writer.key("requestBody")
        writer.raw(#"{"required":true,"content":{"application/json":{"schema":\#(schema)}}}"#)
      }
      writeResponses(route, documentation, &writer)
      writer.endObject()
    }
    writer.endObject()
  }

  /// `GET /api/v1/builds/{id}/jobs` is `getBuildsByIdJobs`.
  private static func operationID(_ route: Route) -> String {
    let words = RouteTable.segments(of: route.path).compactMap { segment -> String? in
      switch segment {
      case .literal("api"), .literal("v1"): nil
      case .literal(let text): text
      case .parameter(let name), .rest(let name): "by-" + name
      }
    }
    let parts = words.flatMap { $0.split { !$0.isLetter && !$0.isNumber } }
    return route.method.lowercased() + parts.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private static func writeParameters(_ route: Route, _ documentation: RouteDocumentation, _ writer: inout JSONWriter) {
    writer.key("parameters")
    writer.beginArray()
    for segment in RouteTable.segments(of: route.path) {
      switch segment {
      case .literal: continue
      case .parameter(let name):
        let schema = name == "id" ? #"{"type":"integer","format":"int64","minimum":1}"# : #"{"type":"string"}"#
        writeParameter(name, in: "path", nil, schema, &writer)
      case .rest(let name):
        writeParameter(name, in: "path", "May hold slashes.", #"{"type":"string"}"#, &writer)
      }
    }
    for parameter in documentation.query {
      writeParameter(parameter.name, in: "query", parameter.description, parameter.schema, &writer)
    }
    writer.endArray()
  }

  private static func writeParameter(
    _ name: String, in place: String, _ description: String?, _ schema: String, _ writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.field("name", name)
    writer.field("in", place)
    if let description { writer.field("description", description) }
    writer.field("required", place == "path")
    writer.key("schema")
    writer.raw(schema)
    writer.endObject()
  }

  private static func writeResponses(_ route: Route, _ documentation: RouteDocumentation, _ writer: inout JSONWriter) {
    writer.key("responses")
    writer.beginObject()
    var order: [Int] = []
    for response in documentation.responses where !order.contains(response.status) { order.append(response.status) }
    for status in order {
      let same = documentation.responses.filter { $0.status == status }
      writer.key(text: String(status))
      writer.beginObject()
      writer.field("description", same.map(\.description).joined(separator: "; "))
      writeContent(same, &writer)
      writer.endObject()
    }
    writer.key("default")
    writer.raw(
      ##"{"description":"A refusal","content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/Problem"}}}}"##
    )
    writer.endObject()
  }

  private static func writeContent(_ responses: [RouteAnswer], _ writer: inout JSONWriter) {
    let contents = responses.filter { $0.contentType != nil }
    guard !contents.isEmpty else { return }
    writer.key("content")
    writer.beginObject()
    for response in contents {
      writer.key(text: response.contentType ?? "")
      writer.raw(response.schema.map { #"{"schema":\#($0)}"# } ?? "{}")
    }
    writer.endObject()
  }
}
