internal import Concurrency
internal import Crypto
internal import Forge
internal import Git
internal import Model
internal import Planning

extension JobStep {
  private static let author = "Wright <wright@localhost>"

  /// Sees to it that the branch with the generated files is on the forge. Throws only the reporter's errors and
  /// `ServiceFailure`.
  func push(_ plan: ServicePlan, _ parts: ServiceParts) async throws -> JobResult {
    let pushed: ServiceWork.Pushed
    do { pushed = try await push(service?.files, plan, parts) } catch {
      throw ServiceFailure(error, host: plan.forge.provider)
    }
    try await reporter.reportService(position, ServiceProgress(commit: pushed.commit))
    var result = JobResult(end: .passed)
    result.service = ServiceWork(files: service?.files ?? [], pushed: pushed)
    return result
  }

  private func push(
    _ files: [ServiceFile]?, _ plan: ServicePlan, _ parts: ServiceParts
  ) async throws -> ServiceWork.Pushed {
    guard let files else { throw ServiceFailure("the files are gone that the build has generated") }
    let (place, repository) = try place(plan, parts)
    let project = try await parts.forges.forge(place).project()
    await output.say("project \(project.path) at \(place.address.host)")
    if let restriction = project.restriction { throw ServiceFailure(restriction) }
    guard let target = plan.forge.branch ?? project.defaultBranch else {
      throw ServiceFailure(
        "the repository \(project.path) has no branch to merge into; push a first commit, a README for example")
    }
    let pushed = try await push(files, onto: target, plan, repository)
    return .init(project: project, target: target, commit: pushed.commit, tree: pushed.tree)
  }

  /// Opens the merge request of the branch that was pushed, or finds it. Throws as `push` does.
  func openMergeRequest(_ plan: ServicePlan, _ parts: ServiceParts) async throws -> JobResult {
    guard let work = service, let pushed = work.pushed else {
      throw ServiceFailure("it is not known any more what was pushed")
    }
    let text = MergeRequestText(plan: plan, files: work.files.count, tree: pushed.tree).text
    let opened: OpenedMergeRequest
    do {
      let (place, _) = try place(plan, parts)
      opened = try await parts.forges.forge(place).open(
        WantedMergeRequest(source: plan.branch, target: pushed.target, title: plan.tag, description: text),
        in: pushed.project)
    } catch { throw ServiceFailure(error, host: plan.forge.provider) }
    let what = opened.isNew ? "opened" : "was open already"
    await output.say("merge request !\(opened.request.iid) \(what): \(opened.request.url)")
    try await reporter.reportService(position, ServiceProgress(commit: pushed.commit, mergeRequest: opened.request))
    return JobResult(end: .passed)
  }

  private func place(_ plan: ServicePlan, _ parts: ServiceParts) throws -> (ForgePlace, GitAddress) {
    let target = plan.forge
    do {
      let address = try ForgeAddress(provider: target.provider, insecureHosts: parts.insecureHosts)
      let repository = try GitAddress(address.repository(path: target.path))
        .signedIn(user: target.user, password: target.token)
      let place = ForgePlace(
        address: address, project: target.project, token: target.token, authorities: target.authorities)
      return (place, repository)
    } catch let problem as ForgeAddress.Problem {
      throw ServiceFailure("the build configuration's repository \(problem)")
    }
  }

  private func push(
    _ files: [ServiceFile], onto target: String, _ plan: ServicePlan, _ repository: GitAddress
  ) async throws -> (commit: String, tree: GeneratedTree) {
    let push = GitBranchPush(
      address: repository, target: target, branch: plan.branch,
      message: "\(plan.tag)\n\nservice \(plan.service), revision \(plan.revision)\n", author: Self.author,
      date: plan.savedAt, authorities: plan.forge.authorities)
    let decided = Lock<GeneratedTree?>(nil)
    let pushed = try await runner.git.push(push, log: output) { tree in
      let generated = try await Self.compare(files, with: tree)
      decided.withLock { $0 = generated }
      return generated.changes
    }
    guard let tree = decided.withLock({ $0 }) else { throw ServiceFailure("nothing was compared with the repository") }
    for path in tree.edited { await output.say("\(path) was edited by hand; the merge request says so") }
    for path in tree.kept { await output.say("\(path) is not a generated file and stays as it is") }
    if tree.changes.isEmpty { await output.say("the target branch has all of it already") }
    return (pushed.commit, tree)
  }

  private static func compare(_ files: [ServiceFile], with tree: GitTree) async throws -> GeneratedTree {
    let lock = try await tree.contents(of: [ServiceLock.path])[ServiceLock.path]
    let earlier = ServiceLock.hashes(in: lock ?? [])
    let present = try await tree.contents(
      of: GeneratedTree.paths(files, earlier: earlier), limit: ServiceLock.fileLimit)
    return GeneratedTree(files, onTopOf: present, earlier: earlier, lock: ServiceLock.path) {
      (try? SHA256.hex($0)) ?? ""
    }
  }
}
