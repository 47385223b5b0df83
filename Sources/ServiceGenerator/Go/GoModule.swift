internal import ServiceModel

/// All Go files of a service, in the order of their paths.
enum GoModule {
  static func files(of resolved: ResolvedService, module: String) -> [GeneratedFile] {
    let service = GoService(resolved, module: module)
    let components = service.components.flatMap { component -> [GeneratedFile] in
      switch component.kind {
      case .http: GoServer(component, of: service).files
      case .grpc: GoRPCServer(component, of: service)?.files ?? []
      case .sql: GoStore(component, of: service).files
      case .redis, .fileStorage: GoKeyedStore(component, of: service).files
      case .lookAsideCache: GoCache(component, of: service).files
      case .orchestrator: GoOrchestrator(component, of: service).files
      case .logging, .monitoring, .rateLimit, .auth: GoMiddlewares(component, of: service).files
      case .function: GoLogic(component, of: service).files
      }
    }
    return components + GoMain(service: service).files + GoEntities.files(of: service)
      + GoSources.platform(of: service)
  }
}
