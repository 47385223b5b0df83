internal import Forge
internal import Git
public import Model
internal import Planning
public import Queue
internal import Store

extension Services {
  /// Whether token, project and repository answer.
  public func test(
    _ service: ServiceID, _ given: [BuildConfiguration.Property: String]?
  ) async throws -> ConnectionTest {
    let saved = try await dependencies.store.buildConfiguration(of: service)
    let configuration = given.map { saved.replaced(by: $0) } ?? saved
    let needed: [BuildConfiguration.Property] = [
      .tokenPredecessor, .gitlabToken, .repositoryPath, .provider, .project,
    ]
    let hosts = dependencies.builds.insecureHosts
    let missing = needed.filter { configuration[$0] == nil }.map { "\($0.rawValue) is missing" }
    let wrong = configuration.problems(insecureHosts: hosts).filter {
      needed.contains($0.property) || $0.property == .authorities
    }
    let problems = missing + wrong.map(\.detail)
    guard problems.isEmpty else {
      let part = ConnectionTest.Part(isFine: false, detail: "not asked: \(problems.joined(separator: "; "))")
      return ConnectionTest(token: part, project: part, repository: part)
    }
    let place = ForgePlace(
      address: try ForgeAddress(provider: configuration[.provider] ?? "", insecureHosts: hosts),
      project: configuration[.project] ?? "", path: configuration[.repositoryPath] ?? "",
      token: configuration[.gitlabToken] ?? "",
      authorities: configuration[.authorities])
    async let repository = repository(configuration, place)
    let (token, project) = try await project(configuration, place)
    return ConnectionTest(token: token, project: project, repository: try await repository)
  }

  private func project(
    _ configuration: BuildConfiguration, _ place: ForgePlace
  ) async throws -> (token: ConnectionTest.Part, project: ConnectionTest.Part) {
    let accepted = ConnectionTest.Part(isFine: true, detail: "\(place.address.host) accepts the token")
    do {
      let project = try await dependencies.builds.forges.forge(place).project()
      return (accepted, Self.part(project, configuration))
    } catch let error as ForgeError {
      let failed = ConnectionTest.Part(isFine: false, detail: error.description)
      if error.kind == .notFound { return (accepted, failed) }
      let unknown = ConnectionTest.Part(isFine: false, detail: "not known: \(error.description)")
      return (failed, unknown)
    }
  }

  private static func part(_ project: ForgeProject, _ configuration: BuildConfiguration) -> ConnectionTest.Part {
    let path = configuration[.repositoryPath] ?? ""
    let wanted = path.hasSuffix(".git") ? String(path.dropLast(4)) : path
    guard [wanted.lowercased(), configuration[.project]?.lowercased()].contains(project.path.lowercased()) else {
      return .init(
        isFine: false,
        detail:
          "project \(configuration[.project] ?? "") is \(project.path), and repository_path is \(path); correct one")
    }
    if let restriction = project.restriction { return .init(isFine: false, detail: restriction) }
    let branch = configuration[.targetBranch] ?? project.defaultBranch ?? "its default branch"
    return .init(isFine: true, detail: "\(project.path); merge requests go into \(branch)")
  }

  private func repository(
    _ configuration: BuildConfiguration, _ place: ForgePlace
  ) async throws -> ConnectionTest.Part {
    do {
      let address = try GitAddress(place.address.repository(path: configuration[.repositoryPath] ?? ""))
        .signedIn(user: configuration[.tokenPredecessor] ?? "", password: place.token)
      let refs = try await GitRemote(dependencies.builds.git).list(
        address, patterns: ["refs/heads/*"], protocols: [address.transport.rawValue], trusting: place.authorities)
      if let branch = configuration[.targetBranch], refs.commits["refs/heads/\(branch)"] == nil {
        return .init(isFine: false, detail: "\(address.url) has no branch '\(branch)'; correct target_branch")
      }
      guard refs.commits.keys.contains(where: { $0.hasPrefix("refs/heads/") }) else {
        return .init(
          isFine: false, detail: "\(address.url) has no branch to merge into; push a first commit, a README for example"
        )
      }
      return .init(isFine: true, detail: "git reads \(address.url)")
    } catch let failure as GitFailure {
      let isToken = failure.kind == .authentication
      return .init(
        isFine: false, detail: isToken ? "the token was refused (401) by git at \(place.address.host)" : "\(failure)")
    } catch let problem as ForgeAddress.Problem {
      return .init(isFine: false, detail: "repository_path \(problem)")
    } catch let error as GitAddressError {
      return .init(isFine: false, detail: error.description)
    }
  }
}
