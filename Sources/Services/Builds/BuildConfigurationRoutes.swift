internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

/// What a service's builds need to know: reading it, replacing it, and trying it out.
struct BuildConfigurationRoutes {
  let services: Services
  private static let path = "/api/v1/services/{name}/build-configuration"

  var routes: [Route] {
    [
      Route(
        "GET", Self.path,
        documentation: .init(
          "What a service's builds need to know; of secrets only whether they are set", tag: ServiceRoutes.tag,
          responses: [.json(200, "The configuration", "BuildConfiguration")]), show),
      Route(
        "PUT", Self.path,
        documentation: .init(
          "Replaces what a service's builds need to know; a secret that is null or left out stays",
          tag: ServiceRoutes.tag, requestSchema: Self.requestSchema,
          responses: [
            .json(200, "The configuration", "BuildConfiguration"),
            .problem(422, "A property is wrong; errors name each"),
          ]), replace),
      Route(
        "POST", Self.path + "/test",
        documentation: .init(
          "Asks the forge whether token, project and repository answer; a body counts as it would once it is saved",
          tag: ServiceRoutes.tag, requestSchema: Self.requestSchema,
          responses: [.json(200, "What each of them answers", "ConnectionTest")]), test),
    ]
  }

  @Sendable private func show(_ request: RouteRequest) async throws -> HTTPResponse {
    answer(try await services.configuration(of: try await services.service(request).id))
  }

  @Sendable private func replace(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    let given = try await given(request)
    return answer(try await services.configure(service.id, given, by: service.owner))
  }

  @Sendable private func test(_ request: RouteRequest) async throws -> HTTPResponse {
    let service = try await services.service(request)
    let hasBody = (request.http.headers["Content-Length"] ?? "0") != "0" || request.http.headers["Content-Type"] != nil
    let result = try await services.test(service.id, hasBody ? try await given(request) : nil)
    return .json { writer in
      writer.beginObject()
      for (name, part) in [("token", result.token), ("project", result.project), ("repository", result.repository)] {
        writer.key(text: name)
        writer.beginObject()
        writer.field("ok", part.isFine)
        writer.field("detail", part.detail)
        writer.endObject()
      }
      writer.endObject()
    }
  }

  /// The properties that a body gives. What `GET` says about secrets is taken back without a word.
  private func given(_ request: RouteRequest) async throws -> [BuildConfiguration.Property: String] {
    var members = try await request.http.json(limit: 512 << 10)
    // People write a project's number as a number, too.
    if case .object(var list) = members {
      for index in list.indices where list[index].name == BuildConfiguration.Property.project.rawValue {
        if case .integer(let number) = list[index].value { list[index].value = .string("\(number)") }
      }
      members = .object(list)
    }
    var fields = try JSONFields(members)
    var given: [BuildConfiguration.Property: String] = [:]
    for property in BuildConfiguration.Property.allCases {
      given[property] = fields.string(property.rawValue, allowingNUL: true)
      if property.isSecret { _ = fields.boolean("\(property.rawValue)_set") }
    }
    for property in BuildConfiguration.Property.allCases where !property.isRequired && given[property] == "" {
      given[property] = nil
    }
    try fields.finish()
    return given
  }

  private func answer(_ configuration: BuildConfiguration) -> HTTPResponse {
    .json { writer in
      writer.beginObject()
      for property in BuildConfiguration.Property.allCases {
        writer.key(text: property.rawValue)
        if let value = configuration[property], !property.isSecret { writer.string(value) } else { writer.null() }
        guard property.isSecret else { continue }
        writer.key(text: "\(property.rawValue)_set")
        writer.boolean(configuration[property] != nil)
      }
      writer.endObject()
    }
  }

  private static let requestSchema = JSONSchema.closed(
    [],
    BuildConfiguration.Property.allCases.flatMap { property in
      [(property.rawValue, #"{"type":["string","null"],"description":"\#(property.meaning)"}"#)]
        + (property.isSecret ? [("\(property.rawValue)_set", #"{"type":"boolean"}"#)] : [])
    })

  static let schemas: [(name: String, json: String)] = [
    (
      "BuildConfiguration",
      JSONSchema.object(
        BuildConfiguration.Property.allCases.flatMap { property in
          [(property.rawValue, #"{"type":["string","null"]}"#)]
            + (property.isSecret ? [("\(property.rawValue)_set", #"{"type":"boolean"}"#)] : [])
        })
    ),
    (
      "ConnectionTest",
      JSONSchema.object(["token", "project", "repository"].map { ($0, part) })
    ),
  ]

  private static let part = JSONSchema.object([("ok", #"{"type":"boolean"}"#), ("detail", #"{"type":"string"}"#)])
}
