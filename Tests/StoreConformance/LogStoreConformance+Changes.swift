import Logs
import Model
import Testing

extension LogStoreConformance {
  static func wakes(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    // Followers read as a live page does: what there is, then wait for more, to the end.
    let followers = (0..<200).map { _ in Task { try await follow(store, job) } }
    var size: Int64 = 0
    for number in 0..<20 {
      size = try await store.append(job, at: size, Array("line \(number)\n".utf8), elapsedMilliseconds: Int64(number))
    }
    _ = try await store.end(job, in: small)
    let all = try await store.read(job, from: 0, limit: 1 << 20)
    #expect(all.count == Int(size))
    for follower in followers { #expect(try await follower.value == all) }
  }

  private static func follow(_ store: any LogStore, _ job: JobID) async throws -> [UInt8] {
    var seen: [UInt8] = []
    while true {
      let state = try await store.changed(job, beyond: Int64(seen.count))
      while seen.count < state.size { seen += try await store.read(job, from: Int64(seen.count), limit: 64) }
      if state.ended { return seen }
    }
  }

  static func cancelledWait(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    _ = try await store.append(job, at: 0, [1], elapsedMilliseconds: 0)
    let waiting = Task { try await store.changed(job, beyond: 1) }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(try await store.changed(job, beyond: 0).size == 1)
    #expect(try await store.changed(job, beyond: -1).size == 1)
  }

  static func removes(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    for isEnded in [false, true] {
      _ = try await store.append(job, at: 0, Array("a\nb".utf8), elapsedMilliseconds: 5)
      if isEnded { _ = try await store.end(job, in: small) }
      // Removing tells those who wait; one who comes later waits for a new log, until cancelled.
      let waiting = Task { try await store.changed(job, beyond: 100) }
      try await store.delete(job)
      waiting.cancel()
      _ = await waiting.result
      #expect(try await store.state(job) == LogState(size: 0, lines: 0, ended: false))
      #expect(try await store.read(job, from: 0, limit: 9) == [])
      try await store.delete(job)
    }
    // The name can be used anew, with nothing of the past.
    _ = try await store.append(job, at: 0, Array("new".utf8), elapsedMilliseconds: 1)
    #expect(try await store.lines(job, from: 0, limit: 9, byteLimit: 9) == [line(0, 0, 1, "new")])
  }

  static func hostilePlaces(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    _ = try await store.append(job, at: 0, Array("a\nb\n".utf8), elapsedMilliseconds: 0)
    for isEnded in [false, true] {
      if isEnded { _ = try await store.end(job, in: small) }
      for offset in [4, 5, .max] as [Int64] {
        #expect(try await store.read(job, from: offset, limit: .max) == [])
        #expect(try await store.lines(job, from: offset, limit: .max, byteLimit: .max) == [])
      }
      for offset in [-1, .min] as [Int64] {
        await #expect(throws: LogError.negativeOffset(job, offset)) {
          try await store.read(job, from: offset, limit: 1)
        }
        await #expect(throws: LogError.negativeOffset(job, offset)) {
          try await store.lines(job, from: offset, limit: 1, byteLimit: 1)
        }
        await #expect(throws: LogError.negativeOffset(job, offset)) {
          try await store.append(job, at: offset, [1], elapsedMilliseconds: 0)
        }
      }
      #expect(try await store.read(job, from: 0, limit: .max).count == 4)
      #expect(try await store.read(job, from: 0, limit: .min) == [])
      #expect(try await store.lines(job, from: 0, limit: .max, byteLimit: .max).count == 2)
      #expect(try await store.lines(job, from: 0, limit: .min, byteLimit: 9) == [])
      #expect(try await store.lines(job, from: 0, limit: 9, byteLimit: .min).map(\.isCut) == [true])
    }
  }

  static func times(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    let times: [Int64] = [0, 63, 64, 5, -1, .max, .min, .max, 0, 1 << 40]
    var size: Int64 = 0
    for time in times { size = try await store.append(job, at: size, [0x0A], elapsedMilliseconds: time) }
    #expect(try await store.lines(job, from: 0, limit: 99, byteLimit: 9).map(\.elapsedMilliseconds) == times)
    _ = try await store.end(job, in: small)
    #expect(try await store.lines(job, from: 0, limit: 99, byteLimit: 9).map(\.elapsedMilliseconds) == times)
  }
}
