internal import Archives
internal import Files
internal import Model
internal import Planning
internal import Queue
internal import ServiceGenerator
internal import ServiceModel

extension JobStep {
  /// Does a part of the build of a service.
  func runService(_ step: ServiceStep) async throws -> JobResult {
    guard let plan = build.plan.service, let parts = runner.services else {
      return await failed("this agent builds no services")
    }
    do {
      switch step {
      case .validate: return try await validate(plan)
      case .generate: return try await generate(plan)
      case .push: return try await push(plan, parts)
      case .mergeRequest: return try await openMergeRequest(plan, parts)
      }
    } catch let error as ServiceFailure {
      return await failed(error.sentence)
    }
  }

  private func validate(_ plan: ServicePlan) async throws -> JobResult {
    let problems = try ServiceFailure.explaining("the service's document cannot be read") {
      try ServiceDocument(json: Array(plan.document.utf8)).problems().map(\.description)
    }
    await output.say("service \(plan.service), revision \(plan.revision) of \(plan.savedAt.rfc3339)")
    guard !problems.isEmpty else {
      await output.say("no problems")
      return JobResult(end: .passed)
    }
    for problem in problems { await output.say(problem) }
    throw ServiceFailure(problems: problems)
  }

  private func generate(_ plan: ServicePlan) async throws -> JobResult {
    if let refusal = ServiceGenerator.moduleRefusal(plan.module) {
      throw ServiceFailure("\(plan.module) cannot be the name of a Go module: \(refusal); correct repository_path")
    }
    let files = try ServiceFailure.explaining("the service could not be generated") {
      try ServiceGenerator.files(
        of: ResolvedService(ServiceDocument(json: Array(plan.document.utf8))), module: plan.module,
        dockerHubUsername: plan.dockerHubUser)
    }
    let bytes = files.reduce(Int64(0)) { $0 + Int64($1.contents.utf8.count) }
    await output.say("\(grouped(Int64(files.count))) files, \(grouped(bytes)) bytes, module \(plan.module)")
    let upload = try ServiceFailure.explaining("the generated files could not be stored") {
      let archive = try TarArchive.zstd(
        files.map { ArchivedFile(path: $0.path, content: Array($0.contents.utf8)) },
        seconds: plan.savedAt.milliseconds / 1000)
      return ArtifactUpload(
        name: plan.archive, source: plan.archive, permissions: 0o644,
        file: try FileDescriptor.inMemory(archive, name: "service"), size: Int64(archive.count))
    }
    switch try await reporter.storeArtifact(position, upload) {
    case .stored(let digest):
      await output.say("artifact \(upload.name): \(grouped(digest.size)) bytes, sha256 \(digest.sha256)")
    case .refused(let reason): throw ServiceFailure("the generated files could not be stored: \(reason)")
    }
    var result = JobResult(end: .passed)
    result.service = ServiceWork(files: files)
    return result
  }
}
