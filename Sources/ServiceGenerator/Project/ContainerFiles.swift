internal import Documents
internal import ServiceModel

/// How the service becomes an image, and how it runs on one's own machine with all that it needs.
enum ContainerFiles {
  static func files(of service: ResolvedService) -> [GeneratedFile] {
    [
      GeneratedFile(path: "Dockerfile", contents: dockerfile(of: service)),
      GeneratedFile(path: ".dockerignore", contents: GeneratedMark.hash + ".git\n.gitlab-ci.yml\ncompose.yaml\n*.md\n"),
      GeneratedFile(path: "compose.yaml", contents: GeneratedMark.hash + compose(of: service).yaml),
    ]
  }

  /// The version of Go that images are built with.
  static let goImage = "golang:1.27"

  /// The name of the image, without the account: as the service is called, in small letters.
  static func image(of service: ResolvedService) -> String { service.name.lowercased() }

  private static func dockerfile(of service: ResolvedService) -> String {
    """
    \(GeneratedMark.hash)
    FROM \(goImage) AS build
    WORKDIR /src
    COPY go.mod go.sum ./
    RUN go mod download
    COPY . .
    RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /bin/service ./cmd/\(service.name)

    # Neither a shell nor a package manager, and an ordinary user.
    FROM gcr.io/distroless/static-debian12:nonroot
    COPY --from=build /bin/service /service
    USER nonroot:nonroot
    EXPOSE \(ports(of: service).joined(separator: " "))
    ENTRYPOINT ["/service"]

    """
  }

  private static func ports(of service: ResolvedService) -> [String] {
    service.uses(.grpc) ? ["8080", "9090"] : ["8080"]
  }

  private static func compose(of service: ResolvedService) -> DocumentValue {
    var services: [(String, DocumentValue?)] = [("app", application(of: service))]
    services += service.dataSources.map { (container(of: $0), definition(of: $0, in: service)) }
    return .mapping([("name", .text(image(of: service))), ("services", .mapping(services))])
  }

  private static func container(of source: ResolvedDataSource) -> String {
    source.name.lowercased() + "-" + source.kind.rawValue
  }

  private static func application(of service: ResolvedService) -> DocumentValue {
    let addresses = Dictionary(
      service.dataSources.map { ($0.variable, localURL(of: $0)) }, uniquingKeysWith: { first, _ in first })
    let environment = service.environment.filter { $0.defaultValue == nil }.map { variable in
      DocumentMember(
        variable.name, .text(addresses[variable.name] ?? "${\(variable.name):?say what \(variable.name) is}"))
    }
    let needed = service.dataSources.map { source in
      let condition = source.kind == .s3 ? "service_started" : "service_healthy"
      return DocumentMember(container(of: source), .mapping([("condition", .text(condition))]))
    }
    return .mapping([
      ("build", .text(".")),
      ("ports", .list(ports(of: service).map { .text("127.0.0.1:\($0):\($0)") })),
      ("environment", environment.isEmpty ? nil : .mapping(environment)),
      ("depends_on", needed.isEmpty ? nil : .mapping(needed)),
    ])
  }

  /// The URL of a data source of the composition. Its password protects nothing: it is not reachable from outside.
  private static func localURL(of source: ResolvedDataSource) -> String {
    let host = container(of: source)
    return switch source.kind {
    case .postgres: "postgres://local:local@\(host):5432/local?sslmode=disable"
    case .redis: "redis://\(host):6379/0"
    case .s3: "s3://local:local-secret@\(host):9000/local?endpoint=http://\(host):9000&region=us-east-1"
    }
  }

  private static func definition(of source: ResolvedDataSource, in service: ResolvedService) -> DocumentValue {
    switch source.kind {
    case .postgres: postgres(Migrations.path(of: source, in: service))
    case .redis:
      .mapping([("image", .text("redis:8-alpine")), ("healthcheck", health(["redis-cli", "ping"]))])
    case .s3:
      .mapping([
        ("image", .text("rclone/rclone:1")),
        ("command", .texts(["serve", "s3", "--addr", ":9000", "--auth-key", "local,local-secret", "/data"])),
        // The folder of a mount is the bucket.
        ("tmpfs", .texts(["/data/local"])),
      ])
    }
  }

  private static func postgres(_ migration: String?) -> DocumentValue {
    .mapping([
      ("image", .text("postgres:17-alpine")),
      (
        "environment",
        .mapping(["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"].map { ($0, .text("local")) })
      ),
      ("volumes", migration.map { .list([.text("./\($0):/docker-entrypoint-initdb.d/schema.sql:ro")]) }),
      ("healthcheck", health(["pg_isready", "-U", "local"])),
    ])
  }

  private static func health(_ command: [String]) -> DocumentValue {
    .mapping([("test", .texts(["CMD"] + command)), ("interval", .text("2s")), ("retries", .integer(30))])
  }
}
