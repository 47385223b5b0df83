internal import Concurrency
public import Routing

/// Services that people draw, and the data sources that they use: what `/api/v1/services` and `/api/v1/data-sources`
/// answer.
public struct Services: Sendable {
  let dependencies: ServicesDependencies
  /// Data sources are asked on threads of their own: the libraries wait for them.
  let threads = BlockingThreads(name: "data-source", count: 4)

  /// Services over these dependencies.
  public init(_ dependencies: ServicesDependencies) { self.dependencies = dependencies }

  /// Ends the threads; call it when nothing is served any more.
  public func stop() { threads.stop() }

  /// All routes.
  public var routes: [Route] {
    DataSourceRoutes(services: self).routes + ServiceRoutes(services: self).routes + DraftRoutes(services: self).routes
      + RevisionRoutes(services: self).routes + BuildConfigurationRoutes(services: self).routes
  }

  /// The schemas that the routes' documentation names.
  public var schemas: [(name: String, json: String)] {
    DataSourceSchemas.all + ServiceSchemas.all + BuildConfigurationRoutes.schemas
  }
}
