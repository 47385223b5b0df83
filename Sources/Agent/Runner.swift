internal import Concurrency
public import Drivers
public import Git
public import Model
internal import Planning

/// Carries out plans: the same for a server's builds and for a manifest run by hand. Holds no state of a build.
public struct Runner: Sendable {
  let drivers: [String: any Driver]
  let objects: any ObjectSource
  let settings: RunnerSettings
  /// git, for all of this process.
  public let git: GitTool

  /// A runner with these drivers.
  public init(drivers: [any Driver], objects: any ObjectSource = NoObjects(), settings: RunnerSettings) {
    self.drivers = Dictionary(drivers.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
    self.objects = objects
    self.settings = settings
    git = GitTool(settings.git)
  }

  /// The types of its drivers, sorted.
  public var driverTypes: [String] { drivers.keys.sorted() }

  /// Removes what an earlier process left behind: environments and clones' scratch. Call it once, before the first
  /// `run`.
  public func sweep() async throws {
    try await git.sweep()
    for driver in drivers.values { try await driver.sweep() }
  }

  /// Runs a build from its first job to the destruction of its environment and returns its final status, or `queued`
  /// for one that `stop` gives back. Throws only what `reporter` threw; the environment is destroyed then too.
  /// Cancelling the task gives the build back.
  public func run(_ build: RunnableBuild, reporter: any BuildReporter, stop: StopSignal) async throws -> Status {
    // Its own task: what must happen at the end would not happen in a cancelled one.
    let task = Task { () async throws -> Status in
      var run = BuildRun(runner: self, build: build, reporter: reporter, stop: stop)
      do {
        let status = try await run.carryOut()
        await run.environment?.destroy()
        return status
      } catch {
        await run.environment?.destroy()
        throw error
      }
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      stop.request(.givenBack)
    }
  }
}
