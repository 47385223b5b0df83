internal import Concurrency
internal import HTTPServer
internal import Routing
internal import ServiceModel
internal import Store

/// Data sources for people and programs.
struct DataSourceRoutes {
  let services: Services
  static let tag = "Data sources"
  private static let place = "/api/v1/data-sources/{name}"

  private var store: Store { services.dependencies.store }

  var routes: [Route] { savingRoutes + askingRoutes }

  private var savingRoutes: [Route] {
    let source = RouteAnswer.json(200, "The data source", "DataSource")
    return [
      Route(
        "POST", "/api/v1/data-sources",
        documentation: Self.documentation(
          "Saves a new data source", body: DataSourceSchemas.new,
          .json(201, "The data source", "DataSource"), .problem(409, "The name is taken")), create),
      Route(
        "GET", "/api/v1/data-sources",
        documentation: Self.documentation(
          "The caller's data sources by name", .jsonList(200, "The data sources", "DataSource")), list),
      Route("GET", Self.place, documentation: Self.documentation("A data source", source), show),
      Route(
        "PUT", Self.place,
        documentation: Self.documentation(
          "Saves a data source; secrets and parts that are left out stay as they are", body: DataSourceSchemas.change,
          source), save),
      Route(
        "DELETE", Self.place,
        documentation: Self.documentation("Deletes a data source", RouteAnswer(204, "It is deleted")), delete),
    ]
  }

  private var askingRoutes: [Route] {
    [
      Route(
        "POST", Self.place + "/test",
        documentation: Self.documentation(
          "Asks whether the data source answers, with the saved connection or the body's",
          body: DataSourceSchemas.connection, .json(200, "Whether it does", "DataSourceTest")), test),
      Route(
        "POST", Self.place + "/import",
        documentation: Self.documentation(
          "Reads the tables of the database; nothing is saved", body: DataSourceSchemas.connection,
          .json(200, "The tables", "DataSourceTables"), .problem(409, "The database does not answer")), importTables),
    ]
  }

  private static func documentation(
    _ summary: String, body: String? = nil, _ answers: RouteAnswer...
  ) -> RouteDocumentation {
    RouteDocumentation(summary, tag: tag, requestSchema: body, responses: answers)
  }

  @Sendable private func create(_ request: RouteRequest) async throws -> HTTPResponse {
    let owner = try request.owner()
    let wanted = try await DataSourceRequest(request.http)
    let now = services.dependencies.clock()
    let source = DataSource(
      name: wanted.name, type: wanted.type.rawValue, connection: wanted.connection.json,
      tables: DataSourceDefinition.json(of: wanted.tables), createdAt: now, savedAt: now)
    guard try await !store.createDataSources([source], owner: owner).isEmpty else {
      throw Problem(409, "there is a data source '\(source.name)' already")
    }
    return .json(status: 201, headers: ["Location": "/api/v1/data-sources/\(source.name)"]) { $0.dataSource(source) }
  }

  @Sendable private func list(_ request: RouteRequest) async throws -> HTTPResponse {
    let sources = try await store.dataSources(owner: request.owner())
    return .json { writer in
      writer.beginArray()
      for source in sources { writer.dataSource(source) }
      writer.endArray()
    }
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    let source = try await found(request)
    return .json { $0.dataSource(source) }
  }

  @Sendable private func save(_ request: RouteRequest) async throws -> HTTPResponse {
    var source = try await found(request)
    let wanted = try await DataSourceRequest(request.http, saved: source)
    source.connection = wanted.connection.json
    source.tables = DataSourceDefinition.json(of: wanted.tables)
    source.savedAt = services.dependencies.clock()
    guard try await store.saveDataSource(source, owner: request.owner()) else { throw Self.notFound(source.name) }
    return .json { $0.dataSource(source) }
  }

  @Sendable private func delete(_ request: RouteRequest) async throws -> HTTPResponse {
    let name = request.parameters["name"] ?? ""
    guard try await store.deleteDataSource(named: name, owner: request.owner()) else { throw Self.notFound(name) }
    return HTTPResponse(status: 204)
  }

  // Asking the data source itself.

  @Sendable private func test(_ request: RouteRequest) async throws -> HTTPResponse {
    let source = try await found(request)
    let check = try await ConnectionCheck.run(
      type: source.type, settings(of: source, request.http), on: services.threads)
    return .json { writer in
      writer.beginObject()
      writer.field("ok", check.isGood)
      writer.field("detail", check.detail)
      writer.endObject()
    }
  }

  @Sendable private func importTables(_ request: RouteRequest) async throws -> HTTPResponse {
    let source = try await found(request)
    guard source.type == DataSourceType.postgres.rawValue else {
      throw Problem.invalid("/type", "only data sources of type postgres have tables to import")
    }
    let settings = try await settings(of: source, request.http)
    if let missing = settings.missing.first { throw Problem.invalid("/connection/\(missing)", "\(missing) is not set") }
    let read = try await services.threads.run { try PostgresSource(settings).tables() }
    return .json { writer in
      writer.beginObject()
      writer.key("tables")
      writer.raw(DataSourceDefinition.json(of: read.tables))
      writer.field("notes", read.notes)
      writer.endObject()
    }
  }

  /// The saved connection, or with what the body changes of it: a test comes before the save.
  private func settings(of source: DataSource, _ request: HTTPRequest) async throws -> ConnectionSettings {
    let bytes = try await request.body.collect(upTo: ServiceRoutes.bodyLimit)
    guard !bytes.isEmpty else { return source.settings }
    guard let value = try? JSONValue(parsing: bytes) else { throw Problem(400, "the body is not JSON") }
    var fields = try JSONFields(value)
    let connection = fields.value("connection") ?? .null
    try fields.finish()
    return connection == .null ? source.settings : try source.settings.changed(by: connection, at: "/connection")
  }

  private func found(_ request: RouteRequest) async throws -> DataSource {
    let name = request.parameters["name"] ?? ""
    guard let source = try await store.dataSource(named: name, owner: request.owner()) else {
      throw Self.notFound(name)
    }
    return source
  }

  private static func notFound(_ name: String) -> Problem { .notFound("there is no data source '\(name.shortened)'") }
}

extension JSONWriter {
  fileprivate mutating func dataSource(_ source: DataSource) {
    beginObject()
    field("name", source.name)
    field("type", source.type)
    key("connection")
    value(source.settings.shown)
    key("schema")
    beginObject()
    key("tables")
    raw(source.tables)
    endObject()
    field("created_at", source.createdAt)
    field("saved_at", source.savedAt)
    endObject()
  }
}
