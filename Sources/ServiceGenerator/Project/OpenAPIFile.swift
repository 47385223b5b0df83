internal import Documents
internal import ServiceModel

/// `api/openapi.yaml`: what the service answers over HTTP.
struct OpenAPIFile {
  let service: ResolvedService

  var file: GeneratedFile {
    GeneratedFile(path: "api/openapi.yaml", contents: GeneratedMark.hash + document.yaml)
  }

  private var methods: [ResolvedMethod] { service.network(.http)?.methods ?? [] }

  private var document: DocumentValue {
    .mapping([
      ("openapi", .text("3.1.0")),
      ("info", .mapping([("title", .text(service.name)), ("version", .text("1"))])),
      ("paths", paths),
      ("components", components),
    ])
  }

  /// The paths in the order of their first methods.
  private var paths: DocumentValue {
    var members: [DocumentMember] = []
    var places: [String: Int] = [:]
    for method in methods {
      guard case .http(let route, _) = method.action else { continue }
      let operation = DocumentMember(route.verb.lowercased(), operation(method, route))
      if let place = places[route.pathText], case .mapping(let operations, _) = members[place].value {
        members[place].value = .mapping(operations + [operation])
      } else {
        places[route.pathText] = members.count
        members.append(DocumentMember(route.pathText, .mapping([operation])))
      }
    }
    return .mapping(members)
  }

  private func operation(_ method: ResolvedMethod, _ route: ResolvedRoute) -> DocumentValue {
    let tree = CallTree(method, of: service)
    let parameters = method.request.compactMap { parameter($0, route) }
    let bodyNames = Set(route.fields(from: .body))
    let body = method.request.filter { bodyNames.contains($0.name) }
    return .mapping([
      ("operationId", .text(method.name)),
      ("security", tree.needsToken ? .list([.mapping([("token", .list([]))], isInline: true)]) : nil),
      ("parameters", parameters.isEmpty ? nil : .list(parameters)),
      ("requestBody", body.isEmpty ? nil : requestBody(body)),
      ("responses", responses(method, tree)),
    ])
  }

  private func parameter(_ field: ResolvedField, _ route: ResolvedRoute) -> DocumentValue? {
    guard let place = route.locations.first(where: { $0.field == field.name })?.place, place != .body else {
      return nil
    }
    return .mapping([
      ("name", .text(field.name)), ("in", .text(place.rawValue)), ("required", .flag(!field.isNullable)),
      ("schema", field.type.scalar.map { OpenAPISchema.scalar($0, isNullable: false) }),
    ])
  }

  private func requestBody(_ fields: [ResolvedField]) -> DocumentValue {
    .mapping([("required", .flag(true)), ("content", json(OpenAPISchema.object(fields)))])
  }

  private func json(_ schema: DocumentValue, type: String = "application/json") -> DocumentValue {
    .mapping([(type, .mapping([("schema", schema)]))])
  }

  private func responses(_ method: ResolvedMethod, _ tree: CallTree) -> DocumentValue {
    func problem(_ code: String, _ isPossible: Bool) -> (String, DocumentValue?) {
      (code, isPossible ? OpenAPISchema.reference("responses/problem") : nil)
    }
    let success = DocumentValue.mapping([
      ("description", .text("The answer")), ("content", json(OpenAPISchema.object(method.response))),
    ])
    return .mapping([
      ("200", success),
      problem("400", !method.request.isEmpty),
      problem("401", tree.needsToken),
      problem("404", method.canMiss),
      problem("409", tree.mayConflict),
      problem("429", tree.isLimited),
      problem("503", tree.usesDataSource),
    ])
  }

  private var components: DocumentValue {
    let named = Set(methods.flatMap { $0.request + $0.response }.compactMap(\.type.table))
    let entities = service.tables.filter { named.contains($0.name) }
    let usesToken = methods.contains { CallTree($0, of: service).needsToken }
    let bearer = DocumentValue.mapping([("type", .text("http")), ("scheme", .text("bearer"))])
    return .mapping([
      (
        "schemas",
        entities.isEmpty ? nil : .mapping(entities.map { DocumentMember($0.name, OpenAPISchema.entity($0)) })
      ),
      ("responses", .mapping([("problem", Self.problem)])),
      ("securitySchemes", usesToken ? .mapping([("token", bearer)]) : nil),
    ])
  }

  /// What RFC 9457 says of an error.
  private static let problem = DocumentValue.mapping([
    ("description", .text("What is wrong (RFC 9457)")),
    (
      "content",
      .mapping([
        (
          "application/problem+json",
          .mapping([
            (
              "schema",
              .mapping([
                ("type", .text("object")),
                (
                  "properties",
                  .mapping([
                    ("type", OpenAPISchema.scalar(.string, isNullable: false)),
                    ("title", OpenAPISchema.scalar(.string, isNullable: false)),
                    ("status", OpenAPISchema.scalar(.int32, isNullable: false)),
                    ("detail", OpenAPISchema.scalar(.string, isNullable: false)),
                  ])
                ),
              ])
            )
          ])
        )
      ])
    ),
  ])
}
