internal import Concurrency
internal import Crypto
internal import Forge
internal import Git
internal import Model
internal import Planning
internal import ServiceGenerator

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
    _ files: [GeneratedFile]?, _ plan: ServicePlan, _ parts: ServiceParts
  ) async throws -> ServiceWork.Pushed {
    guard let files else { throw ServiceFailure("the files are gone that the build has generated") }
    let (place, repository) = try place(plan, parts)
    let project = try await parts.forges.forge(place).project()
    await output.say("project \(project.path) at \(place.address.host)")
    if let restriction = project.restriction { throw ServiceFailure(restriction) }
    let pushed = try await push(files, onto: plan.forge.branch ?? project.defaultBranch, plan, repository)
    return .init(project: project, target: pushed.target, commit: pushed.commit, folder: pushed.folder)
  }

  /// Opens the merge request of the branch that was pushed, or finds it. Throws as `push` does.
  func openMergeRequest(_ plan: ServicePlan, _ parts: ServiceParts) async throws -> JobResult {
    guard let work = service, let pushed = work.pushed else {
      throw ServiceFailure("it is not known any more what was pushed")
    }
    let text = MergeRequestText(plan: plan, files: work.files.count, folder: pushed.folder).text
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
        address: address, project: target.project, path: target.path, token: target.token,
        authorities: target.authorities)
      return (place, repository)
    } catch let problem as ForgeAddress.Problem {
      throw ServiceFailure("the build configuration's repository \(problem)")
    }
  }

  private func push(
    _ files: [GeneratedFile], onto target: String?, _ plan: ServicePlan, _ repository: GitAddress
  ) async throws -> (commit: String, target: String, folder: FolderPlan) {
    let push = GitBranchPush(
      address: repository, target: target, branch: plan.branch,
      message: "\(plan.tag)\n\nservice \(plan.service), revision \(plan.revision)\n", author: Self.author,
      date: plan.savedAt, authorities: plan.forge.authorities)
    let decided = Lock<FolderPlan?>(nil)
    let pushed = try await patiently {
      try await runner.git.push(push, log: output) { tree in
        let folder = try await Self.compare(files, with: tree)
        decided.withLock { $0 = folder }
        return folder.writes.map { .write($0.path, Array($0.contents.utf8)) } + folder.removals.map { .remove($0) }
      }
    }
    guard let folder = decided.withLock({ $0 }) else {
      throw ServiceFailure("nothing was compared with the repository")
    }
    for path in folder.edited { await output.say("\(path) was edited by hand and stays; the merge request says so") }
    for path in folder.foreign { await output.say("\(path) is not a generated file and stays as it is") }
    return (pushed.commit, pushed.target, folder)
  }

  /// Does it again where the server cannot be reached for the moment, three times in all.
  private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
    for pause in [Duration.seconds(1), .seconds(4)] {
      do { return try await body() } catch let failure as GitFailure
        where failure.kind == .unreachable || failure.kind == .overtaken
      {
        await output.say("\(failure); trying again in \(pause.components.seconds) s")
        try await Task.sleep(for: pause)
      }
    }
    return try await body()
  }

  /// What the files do to a tree. What cannot be read of it is taken for somebody's own.
  private static func compare(_ files: [GeneratedFile], with tree: GitTree) async throws -> FolderPlan {
    var present = try await tree.contents(of: files.map(\.path), limit: fileLimit)
    let earlier = present[ServiceLock.path].flatMap { ServiceLock(json: $0) }
    // Nearly always none: what was generated once is generated again.
    let others = Set(FolderPlan.paths(files, earlier: earlier)).subtracting(files.map(\.path))
    present.merge(try await tree.contents(of: others.sorted(), limit: fileLimit)) { first, _ in first }
    return FolderPlan(
      files, lock: try ServiceLock(of: files), earlier: earlier, present: try present.mapValues { try SHA256.hex($0) })
  }

  /// More bytes than a generated file has.
  private static let fileLimit = 16 << 20
}
