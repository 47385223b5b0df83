public import Model
public import Queue

/// Where the runner tells what happens to a build: the server's queue, or a terminal. Calls come one after the other,
/// but for `appendLog`, which may overlap a call that is not about the same job's end. A thrown error ends the build:
/// nothing more is reported, the environment is destroyed, and the runner throws the same error.
public protocol BuildReporter: Sendable {
  /// Takes changes, in order.
  func report(_ changes: [BuildChange]) async throws
  /// Takes the last changes. They may be told together with the build's end, where that follows at once.
  func conclude(_ changes: [BuildChange]) async throws
  /// Takes the next bytes of the log of the job at `position`, masked. They came `elapsed` after the job's start.
  /// Suspends while it cannot take more.
  func appendLog(_ position: Int, _ bytes: [UInt8], elapsed: Duration) async throws
  /// Takes what the `detect` job, which runs, has found, and returns the plan that the build goes on with.
  /// `QueueError.invalid` fails the job and no more.
  func extend(by found: PlanExtension) async throws -> Plan
  /// Takes a part of what was found in the log and the reports of the job at `position`, whose lines are counted as if
  /// the log began with this attempt. Called between the job's start and its end; may overlap every other call but these.
  func reportResults(_ position: Int, _ batch: ResultBatch) async throws
  /// Takes how far the job at `position` has come with Nix; as a whole, in the place of what was told before.
  func reportNix(_ position: Int, _ progress: NixProgress) async throws
  /// Takes what of the service's build is on the forge, as the job at `position` has found it.
  func reportService(_ position: Int, _ progress: ServiceProgress) async throws
  /// Takes a file that was collected after the job at `position`.
  func storeArtifact(_ position: Int, _ upload: ArtifactUpload) async throws -> ArtifactReceipt
}

extension BuildReporter {
  /// Nothing: what Nix prints says it, too.
  public func reportNix(_ position: Int, _ progress: NixProgress) async throws {}
  /// Nothing: the log says it, too.
  public func reportService(_ position: Int, _ progress: ServiceProgress) async throws {}
  /// As any other changes.
  public func conclude(_ changes: [BuildChange]) async throws { try await report(changes) }
}

/// A change of a build; jobs are named by their position in the plan's order of execution.
public enum BuildChange: Sendable, Hashable {
  /// The job has begun.
  case started(Int)
  /// The job has ended; its log is complete.
  case finished(Int, Status, exitCode: Int32?)
  /// The job will never run.
  case skipped(Int)
  /// The first source's commit.
  case commit(String)
}

/// What became of a collected file.
public enum ArtifactReceipt: Sendable, Hashable {
  /// It is stored.
  case stored(ContentDigest)
  /// It is not, and the build goes on; the end of a sentence for the log.
  case refused(String)
}

/// A build as the runner takes it.
public struct RunnableBuild: Sendable {
  /// Names it.
  public var id: BuildID
  /// The owner's count of it.
  public var number: Int64
  /// Names this attempt, unique for ever: `[a-z0-9-]` only.
  public var environmentName: String
  /// What to do.
  public var plan: Plan

  /// A build with these values.
  public init(id: BuildID, number: Int64, environmentName: String, plan: Plan) {
    self.id = id
    self.number = number
    self.environmentName = environmentName
    self.plan = plan
  }
}
