public import Model
internal import Forge
internal import Planning
public import Queue
internal import ServiceModel
internal import Store

extension Services: ServiceBuilder {
  private var store: Store { dependencies.store }
  private var builds: ServiceBuildDependencies { dependencies.builds }

  /// Queues a build of the last saved revision.
  public func build(
    _ id: ServiceID, tag: String, by user: UserID, trigger: Trigger.Kind
  ) async throws -> Build {
    let revision = try await store.newestRevision(of: id)
    let configuration = try await store.buildConfiguration(of: id)
    var reasons: [ServiceRefusal.Reason] = []
    if let problem = serviceTagProblem(tag) { reasons.append(.init(pointer: "/tag", detail: "the tag \(problem)")) }
    if revision == nil {
      reasons.append(
        .init(pointer: "/revision", detail: "nothing of the service is saved yet; press Save in its editor"))
    }
    reasons += configuration.reasons(at: "/build_configuration", insecureHosts: builds.insecureHosts)
    guard reasons.isEmpty, let revision, let service = try await store.service(id, owner: user) else {
      if reasons.isEmpty { reasons = [.init(pointer: "/service", detail: "the service is not there any more")] }
      throw ServiceRefusal(reasons: reasons)
    }
    let plan = try await plan(service, revision, tag: tag, configuration)
    return try await builds.queue.submit(
      Submission(
        owner: user, kind: .service, manifest: "",
        plan: serviceBuildPlan(plan, limits: PlanLimits(timeoutSeconds: builds.timeoutSeconds)),
        trigger: Trigger(type: trigger, comment: "\(service.name) \(tag)"),
        service: ServiceBuild(service: id, name: service.name, revision: revision.number, tag: tag)))
  }

  /// What the service's builds need to know.
  public func configuration(of service: ServiceID) async throws -> BuildConfiguration {
    try await store.buildConfiguration(of: service)
  }

  /// Takes what is given in the place of what there is.
  public func configure(
    _ service: ServiceID, _ given: [BuildConfiguration.Property: String], by user: UserID
  ) async throws -> BuildConfiguration {
    let wrong = BuildConfiguration().replaced(by: given).problems(insecureHosts: builds.insecureHosts)
    guard wrong.isEmpty else {
      throw ServiceRefusal(reasons: wrong.map { .init(pointer: "/\($0.property.rawValue)", detail: $0.detail) })
    }
    return try await store.changeBuildConfiguration(of: service, owner: user, at: dependencies.clock()) {
      $0.replaced(by: given)
    }
  }

  /// Ends the service's builds that have not ended, and waits until they have.
  func endBuilds(of id: ServiceID) async throws {
    for build in try await store.unfinishedBuilds(of: id) {
      let events = builds.queue.events(.build(build))
      do { _ = try await builds.queue.kill(build) } catch QueueError.finished { continue }
      if try await store.build(build)?.status.isFinal ?? true { continue }
      for await event in events {
        if case .build(let changed) = event, changed.status.isFinal { break }
        if case .missed = event, try await store.build(build)?.status.isFinal ?? true { break }
      }
    }
  }

  private func plan(
    _ service: ServiceRecord, _ revision: ServiceRevision, tag: String, _ configuration: BuildConfiguration
  ) async throws -> ServicePlan {
    func value(_ property: BuildConfiguration.Property) -> String { configuration[property] ?? "" }
    let address = try ForgeAddress(provider: value(.provider), insecureHosts: builds.insecureHosts)
    let user = value(.dockerHubUser)
    return ServicePlan(
      service: service.name, revision: revision.number, savedAt: revision.createdAt, tag: tag,
      document: try await whole(revision, of: service), module: address.module(path: value(.repositoryPath)),
      dockerHubUser: user == BuildConfiguration.notApplicable ? nil : user,
      forge: ServicePlan.ForgeTarget(
        provider: value(.provider), path: value(.repositoryPath), project: value(.project),
        user: value(.tokenPredecessor), token: value(.gitlabToken), branch: configuration[.targetBranch],
        authorities: configuration[.authorities]))
  }

  /// The revision's document with the schemas of the data sources that it names, as they are saved now.
  private func whole(_ revision: ServiceRevision, of service: ServiceRecord) async throws -> String {
    guard let document = try? ServiceDocument(stored: revision.document) else { return revision.document }
    return try await whole(document, owner: service.owner).stored
  }
}
