internal import Concurrency
public import Drivers
public import Git
internal import Model
internal import Planning
public import Queue

/// Carries out plans: the same for a server's builds and for a manifest run by hand. Holds no state of a build.
public struct Runner: Sendable {
  let drivers: [String: any Driver]
  let objects: any ObjectSource
  let settings: RunnerSettings
  /// git, for all of this process.
  public let git: GitTool
  let detector: any ProgramDetector
  let services: ServiceParts?

  /// A runner with these drivers. `detector` is what says how programs are built, where it is not git and recipes; without `services` it builds none.
  public init(
    drivers: [any Driver], objects: any ObjectSource = NoObjects(), detector: (any ProgramDetector)? = nil,
    services: ServiceParts? = nil, settings: RunnerSettings
  ) {
    self.drivers = Dictionary(drivers.map { ($0.type, $0) }, uniquingKeysWith: { first, _ in first })
    self.objects = objects
    self.services = services
    self.settings = settings
    git = GitTool(settings.git)
    self.detector = detector ?? GitDetector(git)
  }

  /// The types of its drivers, sorted.
  public var driverTypes: [String] { drivers.keys.sorted() }

  /// What it can build: by the driver that each build's plan names.
  var offers: [String] { driverTypes + (services == nil ? [] : [serviceDriverType]) }

  /// Removes what an earlier process left behind: environments and clones' scratch. Call it once, before the first
  /// `run`.
  public func sweep() async throws {
    try await git.sweep()
    for driver in drivers.values { try await driver.sweep() }
  }

  /// Runs a build from its first job to the destruction of its environment and returns how it ended, `queued` where
  /// `stop` gives it back. Throws only what `reporter` threw; the environment is destroyed then too.
  /// Cancelling the task gives the build back.
  public func run(_ build: RunnableBuild, reporter: any BuildReporter, stop: StopSignal) async throws -> BuildOutcome {
    // Its own task: what must happen at the end would not happen in a cancelled one.
    let task = Task { () async throws -> BuildOutcome in
      var run = BuildRun(runner: self, build: build, reporter: reporter, stop: stop)
      do {
        let outcome = try await run.carryOut()
        await run.environment?.destroy()
        return outcome
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
