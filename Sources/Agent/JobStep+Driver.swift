internal import Concurrency
internal import Drivers
internal import Queue
internal import Model
internal import Planning

extension JobStep {
  /// Makes the environment within the time it may take, then places the objects.
  func createDriver() async -> JobResult {
    let type = build.plan.driver.type
    guard let driver = runner.drivers[type] else {
      return await failed(noDriver(type))
    }
    // Another environment takes the place of the first one, whose name is used up.
    if let environment {
      await output.say("the environment that there was is destroyed")
      await environment.destroy()
    }
    let name = position == 0 ? build.environmentName : "\(build.environmentName)-\(position)"
    let request = EnvironmentRequest(name: name, specification: build.plan.driver)
    let (result, isLate) = await create(driver, request)
    switch result {
    case .success(let environment):
      if isLate {
        await environment.destroy()
      } else {
        await placeObjects(in: environment)
        return JobResult(end: .passed, environment: environment)
      }
    case .failure(let error):
      if !isLate {
        return await failed("the driver could not be created: \(error)")
      }
    }
    await output.say("the driver was not ready within \(runner.settings.driverCreationLimit)")
    return JobResult(end: .timedOut)
  }

  func noDriver(_ type: String) -> String {
    "this agent has no driver of type \(type); it has: \(runner.driverTypes.joined(separator: ", "))"
  }

  private func create(
    _ driver: any Driver, _ request: EnvironmentRequest
  ) async -> (result: Result<any BuildEnvironment, any Error>, isLate: Bool) {
    let (output, limit) = (output, runner.settings.driverCreationLimit)
    let creation = Task { try await driver.create(request, output: output) }
    let isLate = Lock(false)
    let timer = Task {
      try await Task.sleep(for: limit, clock: .continuous)
      isLate.withLock { $0 = true }
      creation.cancel()
    }
    defer { timer.cancel() }
    let result = await withTaskCancellationHandler {
      await creation.result
    } onCancel: {
      creation.cancel()
    }
    return (result, isLate.withLock { $0 })
  }

  private func placeObjects(in environment: any BuildEnvironment) async {
    await place(build.plan.objects, in: environment)
  }

  func place(_ objects: [ObjectPlacement], in environment: any BuildEnvironment) async {
    for placement in objects where stop.current == nil {
      do {
        if let object = try await runner.objects.open(placement.name) {
          try await environment.place(object.file, size: object.size, at: placement.destination)
          await output.say("object \(placement.name): \(grouped(object.size)) bytes at \(placement.destination)")
        } else {
          await output.say("object \(placement.name) does not exist; the build goes on without it")
        }
      } catch {
        await output.say("object \(placement.name) could not be placed; the build goes on without it: \(error)")
      }
    }
  }
}
