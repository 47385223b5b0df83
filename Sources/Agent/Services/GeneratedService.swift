public import Model
internal import ServiceGenerator
internal import ServiceModel

/// Services as they are drawn, made into Go modules.
public struct GeneratedService: ServiceMaker {
  /// The one that there is.
  public init() {}

  /// What keeps the plan's service from being generated.
  public func problems(of plan: ServicePlan) throws -> [String] {
    try ServiceDocument(json: Array(plan.document.utf8)).problems().map(\.description)
  }

  /// The files of the service.
  public func files(of plan: ServicePlan) throws -> [ServiceFile] {
    let service = try ResolvedService(ServiceDocument(json: Array(plan.document.utf8)))
    return ServiceGenerator.files(of: service, module: plan.module).map {
      ServiceFile(path: $0.path, content: Array($0.contents.utf8))
    }
  }
}
