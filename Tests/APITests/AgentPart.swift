import LogsFile
import Logs
import Concurrency
import Files
import Glibc
import Model
import Queue
import Scheduling

/// What an agent does, step by step.
extension TestServer {
  /// A build whose job `unit` runs.
  func running() async throws -> (build: Build, job: Job) {
    let (build, jobs) = try await submit()
    try await begin(build)
    try await report(build, [.started(jobs[0].id, at: Self.clock())])
    try await report(build, [.finished(jobs[0].id, .passed, exitCode: 0, at: Self.clock())])
    try await report(build, [.started(jobs[1].id, at: Self.clock())])
    return (build, jobs[1])
  }

  /// Takes the only build that waits.
  func begin(_ build: Build) async throws {
    let assignment = try await scheduler.claim(AgentOffer(agent: "test", drivers: ["host"]))
    guard assignment.lease.build == build.id else { throw Unexpected(what: "another build was claimed") }
    leases.withLock { $0[build.id] = assignment.lease }
  }

  func lease(_ build: BuildID) throws -> Lease {
    guard let lease = leases.withLock({ $0[build] }) else { throw Unexpected(what: "no lease") }
    return lease
  }

  func report(_ build: Build, _ changes: [ProgressChange]) async throws {
    try await scheduler.report(lease(build.id), changes)
  }

  /// Appends to the log of a job, wherever it ends.
  func log(_ job: Job, _ bytes: [UInt8], elapsed: Int64 = 0) async throws {
    let size = try await logs.state(job.id).size
    _ = try await scheduler.appendLog(
      lease(job.build), job: job.id, at: size, bytes, elapsedMilliseconds: elapsed)
  }

  func log(_ job: Job, _ text: String, elapsed: Int64 = 0) async throws {
    try await log(job, Array(text.utf8), elapsed: elapsed)
  }

  /// Stores an artifact of a job.
  func store(_ name: String, _ bytes: [UInt8], of job: Job) async throws -> Artifact {
    let path = folder + "/upload"
    let file = try FileDescriptor.open(path, .createNew())
    defer { unlink(path) }
    try file.write(bytes, at: 0)
    return try await scheduler.storeArtifact(
      lease(job.build), job: job.id,
      ArtifactUpload(
        name: name, source: "out/" + name, permissions: 0o644, file: file, size: Int64(bytes.count)))
  }

  /// Ends the job and its build.
  func finish(_ build: Build, _ job: Job, _ status: Status = .passed) async throws {
    let exitCode: Int32 = status == .passed ? 0 : 1
    try await report(build, [.finished(job.id, status, exitCode: exitCode, at: Self.clock())])
    try await scheduler.finish(lease(build.id), BuildOutcome(status: status))
  }
}
