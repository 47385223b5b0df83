import Concurrency
import Logs
import Model

/// Logs in memory, for tests that make very many of them.
final class MemoryLogs: LogStore {
  private struct Log {
    var bytes: [UInt8] = []
    var ended = false
    var state: LogState { LogState(size: Int64(bytes.count), lines: 0, ended: ended) }
  }
  private let logs = Lock<[JobID: Log]>([:])

  func append(_ job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64) async throws -> Int64 {
    try logs.withLock { logs in
      var log = logs[job] ?? Log()
      if log.ended { throw LogError.ended(job) }
      let size = log.bytes.count
      guard offset <= size else { throw LogError.gap(job, expected: Int64(size)) }
      log.bytes += bytes.dropFirst(size - Int(offset))
      logs[job] = log
      return Int64(log.bytes.count)
    }
  }

  func end<Result>(
    _ jobs: [JobID], _ store: ([JobID: EndedLog]) async throws -> Result
  ) async throws -> Result {
    let ended = logs.withLock { logs in
      for job in jobs { logs[job, default: Log()].ended = true }
      return logs.filter { jobs.contains($0.key) }.mapValues { EndedLog(state: $0.state) }
    }
    return try await store(ended)
  }

  func state(_ job: JobID) async throws -> LogState { logs.withLock { ($0[job] ?? Log()).state } }

  func read(_ job: JobID, from offset: Int64, limit: Int) async throws -> [UInt8] {
    logs.withLock { Array(($0[job] ?? Log()).bytes.dropFirst(Int(offset)).prefix(limit)) }
  }

  func lines(_ job: JobID, from first: Int64, limit: Int, byteLimit: Int) async throws -> [LogLine] { [] }
  func changed(_ job: JobID, beyond size: Int64) async throws -> LogState { try await state(job) }
  func delete(_ job: JobID) async throws { logs.withLock { $0[job] = nil } }
  func check() async throws {}
}
