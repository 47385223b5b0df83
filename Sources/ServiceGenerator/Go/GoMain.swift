internal import ServiceModel

/// The program: `cmd/<service>/main.go`, and the configuration.
struct GoMain {
  let service: GoService

  var files: [GeneratedFile] { [main, configuration].map { $0.generated(module: service.module) } }

  private var main: GoFile {
    let program = service.resolved.name
    var file = GoFile(
      path: "cmd/\(program)/main.go", package: "main", comment: "The program \(program) runs the service.")
    file.use(["context", "fmt", "os", "os/signal", "syscall", service.module + "/internal/config"])
    file.use(["environment", "health", "journal", "metrics", "serve"].map(service.platform))
    file.use(service.resolved.dataSources.map { service.platform($0.kind.goPackage) })
    file.use(service.components.map(service.path))
    file.use(service.network(.http) == nil ? "net/http" : service.platform("httpapi"))
    if service.network(.grpc) != nil { file.use(service.platform("grpcapi")) }
    file.add(
      """
      func main() {
      \tctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
      \tdefer stop()
      \tif err := run(ctx); err != nil {
      \t\tfmt.Fprintln(os.Stderr, "\(program):", err)
      \t\tos.Exit(1)
      \t}
      }
      """)
    file.add(run)
    return file
  }

  private var run: String {
    let made = service.components.map { component in
      // A component that nobody calls is made all the same: that it can be is worth to know.
      let isUsed = component.kind.group == .network || service.isCalled(component)
      return "\t\(isUsed ? "\(component.variable) :=" : "_ =") \(component.package).New(\(arguments(of: component)))\n"
    }
    return """
      // run serves until the context ends.
      func run(ctx context.Context) error {
      \tsettings, err := config.Read(environment.NewReader())
      \tif err != nil {
      \t\treturn err
      \t}
      \tlogger := journal.New(os.Stderr, settings.LogLevel).With("service", "\(service.resolved.name)")
      \tregistry := metrics.NewRegistry()
      \tchecker := new(health.Checker)

      \(service.resolved.dataSources.map(Self.opening).joined())\(made.joined())
      \(serving)}
      """
  }

  private static func opening(_ source: ResolvedDataSource) -> String {
    let variable = source.goVariable
    let limit = source.kind == .s3 ? "" : ", settings.MaxConnections"
    let closing = source.kind == .s3 ? "" : "\tdefer \(variable).Close()\n"
    return """
      \t\(variable), err := \(source.kind.goPackage).Open("\(source.name)", settings.\(source.goSetting)\(limit))
      \tif err != nil {
      \t\treturn err
      \t}
      \(closing)\tchecker.Add("\(source.name)", \(variable).Ping)


      """
  }

  private func arguments(of component: GoComponent) -> String {
    let logger = "logger.With(\"component\", \"\(component.name)\")"
    let clients = GoClients(of: component, in: service).variables
    let arguments: [String] =
      switch component.kind {
      case .http, .grpc: clients
      case .sql, .redis, .fileStorage:
        [component.resolved.dataSource.flatMap(service.resolved.dataSource)?.goVariable ?? ""]
      case .lookAsideCache: [logger, "registry"] + clients
      case .orchestrator: clients + GoOrchestrator.middlewares(of: component, in: service).map(\.variable)
      case .logging: [logger]
      case .monitoring: ["registry"]
      case .rateLimit: []
      case .auth: ["settings." + (component.resolved.authentication.map { $0.goSetting } ?? "")]
      case .function: clients
      }
    return arguments.joined(separator: ", ")
  }

  /// What answers requests that are not of operations.
  private var handler: String {
    guard let server = service.network(.http) else { return "http.NotFoundHandler()" }
    return """
      \(server.package).Handler(\(server.variable), httpapi.Options{
      \t\tLogger:  logger.With("component", "\(server.name)"),
      \t\tMetrics: registry,
      \t\tTimeout: settings.RequestTimeout,
      \t\tMaxBody: int64(settings.MaxBody),
      \t})
      """
  }

  private var serving: String {
    var lines = [
      "httpListener, err := serve.HTTP(settings.HTTPAddr, serve.Operations(checker, registry, \(handler)))",
      "if err != nil {", "\treturn err", "}",
    ]
    var servers = "httpListener"
    var addresses = "\"http\", httpListener.Address()"
    if let grpc = service.network(.grpc) {
      lines += [
        "grpcListener, err := \(grpc.package).Listen(settings.GRPCAddr, \(grpc.variable), grpcapi.Options{",
        "\tLogger:     logger.With(\"component\", \"\(grpc.name)\"),", "\tMetrics:    registry,",
        "\tTimeout:    settings.RequestTimeout,", "\tMaxMessage: settings.MaxBody,", "})", "if err != nil {",
        "\treturn err", "}",
      ]
      servers += ", grpcListener"
      addresses += ", \"grpc\", grpcListener.Address()"
    }
    lines += [
      "logger.Info(\"the service has started\", \(addresses))",
      "err = serve.Run(ctx, settings.ShutdownTimeout, checker.Drain, \(servers))",
      "logger.Info(\"the service has stopped\")", "return err",
    ]
    return lines.map { "\t\($0)\n" }.joined()
  }
}

extension ResolvedDataSource {
  /// The variable for it in `main`. It has a capital, which no package has.
  var goVariable: String {
    let lower = GoName.unexported(name)
    return switch kind {
    case .postgres: lower + "Database"
    case .redis: lower + "Redis"
    case .s3: lower + "Bucket"
    }
  }

  /// The field of the configuration with its address.
  var goSetting: String { GoName.setting(variable) }
}

extension DataSourceType {
  /// The package of the platform that knows it.
  var goPackage: String {
    switch self {
    case .postgres: "postgres"
    case .redis: "redisdb"
    case .s3: "s3"
    }
  }

  /// What its address may begin with.
  var schemes: [String] {
    switch self {
    case .postgres: ["postgres", "postgresql"]
    case .redis: ["redis", "rediss"]
    case .s3: ["s3"]
    }
  }
}

extension Authentication {
  /// The field of the configuration with the secret.
  var goSetting: String { GoName.setting(variable) }
}

extension ResolvedComponent {
  /// How callers show who they are, of a component of type `auth`.
  var authentication: Authentication? {
    if case .auth(let authentication) = middleware { authentication } else { nil }
  }
}
