internal import ServiceModel

/// `README.md`: what the service does, how it is run, and where to change it.
struct ReadmeFile {
  let service: ResolvedService

  var file: GeneratedFile {
    let parts = [head, components, interface, configuration, development].filter { !$0.isEmpty }
    return GeneratedFile(path: "README.md", contents: GeneratedMark.markup + parts.joined(separator: "\n"))
  }

  private var head: String {
    """
    # \(service.name)

    Made by Wright from a service of \(service.components.count) components. Generated files say so in their first line and
    are listed in `wright.lock.json`: change the service and build it again rather than the files. Files of your own may
    stand beside them; they are never touched.

    ```sh
    docker compose up --build   # the service with all that it needs
    curl http://127.0.0.1:8080/readyz
    ```

    """
  }

  private var components: String {
    let rows = service.components.map { component in
      [component.name, component.kind.rawValue, component.dependencies.joined(separator: ", ")]
    }
    return "## Components\n\n" + Self.table(["Component", "Type", "Uses"], rows)
  }

  private var interface: String {
    let http = (service.network(.http)?.methods ?? []).compactMap { method -> [String]? in
      guard case .http(let route, let call) = method.action else { return nil }
      return [
        "`\(route.verb) \(route.pathText)`", Self.fields(method.request), Self.fields(method.response), "\(call)",
      ]
    }
    let grpc = (service.network(.grpc)?.methods ?? []).compactMap { method -> [String]? in
      guard case .grpc(let call) = method.action else { return nil }
      return ["`\(method.name)`", Self.fields(method.request), Self.fields(method.response), "\(call)"]
    }
    let head = ["Request", "Takes", "Gives", "Calls"]
    let overHTTP =
      http.isEmpty ? "" : "## HTTP\n\nThe whole is in `api/openapi.yaml`.\n\n" + Self.table(head, http)
    let overGRPC =
      grpc.isEmpty ? "" : "## gRPC\n\nThe whole is in `api/\(service.name).proto`.\n\n" + Self.table(head, grpc)
    return [overHTTP, overGRPC].filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var configuration: String {
    let rows = service.environment.map { variable in
      ["`\(variable.name)`", variable.defaultValue.map { "`\($0)`" } ?? "must be set", variable.meaning]
    }
    return """
      ## Configuration

      By variables of the environment; secrets are nowhere else.

      \(Self.table(["Variable", "Without it", "Meaning"], rows))
      `/healthz` says that the program runs, `/readyz` that its data sources answer, `/metrics` what it does, for
      Prometheus. It stops on SIGTERM once the requests that are under way are answered.

      """
  }

  private var development: String {
    let migrations = service.dataSources.compactMap { source in
      Migrations.path(of: source, in: service).map {
        "psql \"$\(source.variable)\" -f \($0)   # on an empty database\n"
      }
    }
    return """
      ## Development

      ```sh
      \(migrations.joined())go vet ./... && go test ./...
      go run ./cmd/\(service.name)
      ```

      """
  }

  private static func fields(_ fields: [ResolvedField]) -> String {
    fields.map { "\($0.name) (\($0.type)\($0.isNullable ? ", or null" : ""))" }.joined(separator: ", ")
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    let all = [head, head.map { _ in "---" }] + rows
    return all.map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
  }
}
