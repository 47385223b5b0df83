internal import Concurrency
internal import Logs
public import Model
public import Queue

extension Scheduler {
  /// Appends to a job's log. What goes over the limit is not stored; a log that has reached it takes one line more,
  /// exactly there, with which the agent says how much is missing.
  public func appendLog(
    _ lease: Lease, job: JobID, at offset: Int64, _ bytes: [UInt8], elapsedMilliseconds: Int64
  ) async throws -> Int64 {
    guard offset >= 0 else { throw QueueError.invalid("a log has no byte \(offset)") }
    // Whoever takes the build from the agent waits for what was let in before.
    return try await logTurns.withTurn(of: lease.build) {
      try await append(lease, job, at: offset, bytes, elapsedMilliseconds)
    }
  }

  private func append(
    _ lease: Lease, _ job: JobID, at offset: Int64, _ bytes: [UInt8], _ elapsedMilliseconds: Int64
  ) async throws -> Int64 {
    if let size = try await endedSize(lease, job), offset + Int64(bytes.count) <= size { return size }
    let limit = configuration.outputLimit
    let (room, size) = try admit(lease, job, at: offset, bytes.count)
    // An earlier attempt has said already what is missing.
    if let size { return size }
    let isOver = bytes.count > room
    if room == 0, isOver { throw QueueError.logFull(job, limit: limit) }
    let kept = isOver ? Array(bytes.prefix(room)) : bytes
    let stored = try await store(kept, in: job, at: offset, elapsedMilliseconds, lease)
    try withLive(lease) { live in
      let before = live.openJobs[job]?.logSize ?? 0
      live.openJobs[job]?.logSize = max(before, stored)
    }
    if isOver { throw QueueError.logFull(job, limit: limit) }
    return stored
  }

  /// How large the log of a job of the build is that has ended: what was sent twice is in it.
  private func endedSize(_ lease: Lease, _ job: JobID) async throws -> Int64? {
    let hasEnded = try withLive(lease) { $0.openJobs[job] == nil && $0.jobs.contains(job) }
    return hasEnded ? try await logs.state(job).size : nil
  }

  /// How many bytes the log takes at `offset`; its size where it needs none of them.
  private func admit(
    _ lease: Lease, _ job: JobID, at offset: Int64, _ count: Int
  ) throws -> (room: Int, size: Int64?) {
    let limit = configuration.outputLimit
    return try withLive(lease) { live in
      guard let open = live.openJobs[job] else {
        throw QueueError.invalid("job \(job) is not one that build \(lease.build) runs")
      }
      if open.isFull, offset == limit, count <= configuration.lastLineRoom {
        return (count, open.logSize > limit ? open.logSize : nil)
      }
      let room = Int(clamping: limit - min(offset, limit))
      if count > room { live.openJobs[job]?.isFull = true }
      return (room, nil)
    }
  }

  private func store(
    _ bytes: [UInt8], in job: JobID, at offset: Int64, _ elapsedMilliseconds: Int64, _ lease: Lease
  ) async throws -> Int64 {
    do {
      return try await sayingNoSpace("the log could not be written") {
        try await logs.append(job, at: offset, bytes, elapsedMilliseconds: elapsedMilliseconds)
      }
    } catch LogError.gap(_, let expected) {
      throw QueueError.logGap(job, expected: expected)
    } catch LogError.ended {
      // The job's end may be on its way into the database, together with these bytes: then they are in it.
      let size = try await logs.state(job).size
      guard offset + Int64(bytes.count) <= size else { throw QueueError.staleLease(lease.build) }
      return size
    }
  }
}
