internal import Drivers
internal import Model
internal import Planning
internal import Queue

extension JobStep {
  /// Finds out how the program is built, and goes on with the plan that follows from it.
  func detect(_ source: Source, given manifest: String?, in environment: any BuildEnvironment) async throws
    -> JobResult
  {
    guard let commit else { return await failed("the plan is damaged: nothing was cloned before this job") }
    let found: DetectedProgram
    do {
      let clone = ProgramClone(
        folder: try await environment.prepare(source.directory), commit: commit, plan: build.plan, source: source,
        manifest: manifest)
      found = try await runner.detector.detect(clone)
    } catch {
      return await failed("the program could not be looked at: \(error)")
    }
    for note in found.notes { await output.say(note) }
    switch found.result {
    case .failure(let refusal): return await failed("\(refusal)")
    case .success(var plan):
      if found.isFlake {
        do { plan = try await completed(plan, flake: source, in: environment) } catch {
          return await failed("the flake cannot be built: \(error)")
        }
      }
      // The environment, and the flake in it, may be there already.
      if build.plan.driver == plan.driver {
        plan.setup.removeAll { $0.step == .createDriver || $0.step == .clone(source: 0) }
      }
      return try await extend(by: plan, environment)
    }
  }

  private func extend(by found: PlanExtension, _ environment: any BuildEnvironment) async throws -> JobResult {
    do {
      // Where this agent has not what it takes, a server gives the build to another one, and the lease is gone.
      let plan = try await reporter.extend(by: found)
      guard runner.drivers[found.driver.type] != nil else {
        return await failed("the manifest asks for another driver, and \(noDriver(found.driver.type))")
      }
      // Another environment gets them when it is created.
      let isKept = !found.setup.contains { $0.step == .createDriver }
      if isKept { await place(plan.objects, in: environment) }
      return JobResult(end: .passed, plan: plan)
    } catch QueueError.invalid(let reason) {
      return await failed(reason)
    }
  }
}
