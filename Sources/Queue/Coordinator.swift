public import Files
public import Model

/// The side of the queue that agents use. Every call but `claim` carries the lease, and is refused with
/// `QueueError.staleLease` once it is not the build's lease any more. Safe from any task; calls that concern one job
/// are made one after the other.
public protocol Coordinator: Sendable {
  /// Waits until there is a build that the agent can take, and takes it; its first job runs from then on, which need
  /// not be reported. Cancelling the task ends the wait.
  func claim(_ offer: AgentOffer) async throws -> Assignment
  /// Extends the lease. Call it every third of `Lease.duration`.
  func renew(_ lease: Lease) async throws -> Lease
  /// Waits until the server wants the build to end, and says why. Throws `CancellationError` when cancelled, and
  /// `staleLease` when the lease has gone: then the agent stops the build and reports nothing more.
  func stopRequested(_ lease: Lease) async throws -> StopReason
  /// Reports changes of the build and its jobs, in order.
  func report(_ lease: Lease, _ changes: [ProgressChange]) async throws
  /// The build's `detect` job, which runs, has found out what comes after it: stores the extended plan with its jobs.
  /// The same once more changes nothing. Throws `QueueError.invalid` for a plan that has no such job, and once a later
  /// job has begun.
  func extend(_ lease: Lease, by found: PlanExtension) async throws -> ExtendedPlan
  /// Appends to a job's log. `offset` is the log's size so far: bytes that are stored already are skipped, a gap is
  /// refused with `logGap`. `elapsedMilliseconds` since the job's start is recorded for each line that begins in
  /// `bytes`. Returns the log's size after it.
  func appendLog(
    _ lease: Lease, job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64
  ) async throws -> Int64
  /// Stores a file as an artifact. Twice the same name replaces the first.
  func storeArtifact(_ lease: Lease, job: JobID, _ upload: ArtifactUpload) async throws -> Artifact
  /// Gives the build back or ends it, and frees the lease. The last `changes` are taken first, as by `report`; all of
  /// it is one step where the build ends.
  func finish(_ lease: Lease, after changes: [ProgressChange], _ outcome: BuildOutcome) async throws
  /// The agent does nothing more for this lease, whatever became of it: what was kept for it may go.
  func forget(_ lease: Lease) async
}

extension Coordinator {
  /// Nothing: nothing is kept.
  public func forget(_ lease: Lease) async {}

  /// Gives the build back or ends it, where everything else was reported.
  public func finish(_ lease: Lease, _ outcome: BuildOutcome) async throws {
    try await finish(lease, after: [], outcome)
  }
}

/// The right to run a build for a time.
public struct Lease: Codable, Sendable, Hashable {
  /// The build.
  public var build: BuildID
  /// Grows with every claim of the build; a write with an older one is refused.
  public var fence: Int64
  /// Counts the agents that have begun the build, from 1.
  public var attempt: Int
  /// How long it lasts from each claim or renewal, in milliseconds.
  public var durationMilliseconds: Int64

  /// A lease.
  public init(build: BuildID, fence: Int64, attempt: Int, durationMilliseconds: Int64) {
    self.build = build
    self.fence = fence
    self.attempt = attempt
    self.durationMilliseconds = durationMilliseconds
  }
}

/// A build handed to an agent.
public struct Assignment: Sendable, Codable, Hashable {
  /// The right to it.
  public var lease: Lease
  /// The owner's count of it, for `WRIGHT_BUILD_NUMBER`.
  public var number: Int64
  /// What to do.
  public var plan: Plan
  /// The jobs of the plan, in order of execution (index is position), with the size of the log that an earlier
  /// attempt has left in each.
  public var jobs: [AssignedJob]

  /// An assignment.
  public init(lease: Lease, number: Int64, plan: Plan, jobs: [AssignedJob]) {
    self.lease = lease
    self.number = number
    self.plan = plan
    self.jobs = jobs
  }
}

/// What an assignment goes on with after its plan was extended.
public struct ExtendedPlan: Sendable, Codable, Hashable {
  /// What to do.
  public var plan: Plan
  /// The jobs of the plan, those that have ended included; as in `Assignment`.
  public var jobs: [AssignedJob]

  /// A plan with its jobs.
  public init(plan: Plan, jobs: [AssignedJob]) {
    self.plan = plan
    self.jobs = jobs
  }
}

/// A job of an assignment.
public struct AssignedJob: Sendable, Codable, Hashable {
  /// Names it.
  public var id: JobID
  /// Where its log goes on.
  public var logSize: Int64
  /// How many line ends are in it.
  public var logLines: Int64

  /// A job.
  public init(id: JobID, logSize: Int64, logLines: Int64 = 0) {
    self.id = id
    self.logSize = logSize
    self.logLines = logLines
  }
}

/// Why the server wants a build to end.
public enum StopReason: String, Codable, Sendable {
  /// Somebody killed it.
  case killed
  /// It took longer than it may.
  case timedOut = "timed_out"
}

/// A change that an agent reports.
public enum ProgressChange: Sendable, Hashable {
  /// The job has begun.
  case started(JobID, at: Timestamp)
  /// The job has ended, or was skipped (then without an exit code).
  case finished(JobID, Status, exitCode: Int32?, at: Timestamp)
  /// The first source's commit.
  case commit(String)
  /// What was found in the job; its counts are what was found until now, in all.
  case results(JobID, ResultBatch)
  /// How far the job has come with Nix, as a whole.
  case nix(JobID, NixProgress)
  /// What of the service's build is on the forge, as a whole.
  case service(ServiceProgress)
}

/// How an agent's work on a build ended.
public struct BuildOutcome: Sendable, Codable, Hashable {
  /// A final status, or `queued` where the agent gives the build back.
  public var status: Status
  /// A sentence for people, where the logs do not say it.
  public var reason: String?

  /// An outcome.
  public init(status: Status, reason: String? = nil) {
    self.status = status
    self.reason = reason
  }
}

/// A file on its way to the store.
public struct ArtifactUpload: Sendable {
  /// The artifact's name.
  public var name: String
  /// The path in the workspace.
  public var source: String
  /// Permission bits.
  public var permissions: UInt32
  /// The content, from byte 0 to `size`.
  public var file: FileDescriptor
  /// Bytes.
  public var size: Int64
  /// What its first bytes say it is; nil for what is no part of a program.
  public var program: ProgramFile?
  /// True where nobody writes to the file any more: a store may keep the file itself instead of a copy.
  public var isFinal: Bool
  /// Says how much of the file is there already, where it is stored while it comes; see `ContentPart`.
  public var arrival: FileArrival?

  /// An upload.
  public init(
    name: String, source: String, permissions: UInt32, file: FileDescriptor, size: Int64,
    program: ProgramFile? = nil, isFinal: Bool = false, arrival: FileArrival? = nil
  ) {
    self.arrival = arrival
    self.program = program
    self.isFinal = isFinal
    self.name = name
    self.source = source
    self.permissions = permissions
    self.file = file
    self.size = size
  }
}
