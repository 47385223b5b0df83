import Concurrency
import Logs
import LogsFile
import Model

/// The logs of the server that leads. Only that one has opened them: a server that follows asks it for them.
final class OpenedLogs: LogStore {
  private let opened = Lock<LogsFile?>(nil)

  /// Uses these from now on.
  func set(_ logs: LogsFile) { opened.withLock { $0 = logs } }

  /// Ends them, where they were opened.
  func stop() { opened.withLock { $0 }?.stop() }

  private var logs: LogsFile {
    get throws {
      guard let logs = opened.withLock({ $0 }) else { throw LogsElsewhere() }
      return logs
    }
  }

  func append(_ job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64) async throws -> Int64 {
    try await logs.append(job, at: offset, bytes, elapsedMilliseconds: elapsedMilliseconds)
  }

  func end<Result>(
    _ jobs: [JobID], _ store: ([JobID: EndedLog]) async throws -> Result
  ) async throws -> Result {
    try await logs.end(jobs, store)
  }

  func state(_ job: JobID) async throws -> LogState { try await logs.state(job) }

  func read(_ job: JobID, from offset: Int64, limit: Int) async throws -> [UInt8] {
    try await logs.read(job, from: offset, limit: limit)
  }

  func lines(_ job: JobID, from first: Int64, limit: Int, byteLimit: Int) async throws -> [LogLine] {
    try await logs.lines(job, from: first, limit: limit, byteLimit: byteLimit)
  }

  func changed(_ job: JobID, beyond size: Int64) async throws -> LogState {
    try await logs.changed(job, beyond: size)
  }

  func delete(_ job: JobID) async throws { try await logs.delete(job) }

  /// Fine where they are another server's.
  func check() async throws { try await opened.withLock { $0 }?.check() }

  func checkSpace() async throws { try await logs.checkSpace() }
}

/// Logs were asked for on a server that does not lead.
struct LogsElsewhere: Error, CustomStringConvertible {
  var description: String { "the logs are with the server that leads" }
}
