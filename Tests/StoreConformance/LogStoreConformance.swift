public import Logs
import Model
import Testing

/// What every log store does. `Maker` makes one store for each call; jobs are numbered apart, so stores may be shared.
public struct LogStoreConformance: Sendable {
  /// Makes the store to test, which keeps its small logs in `small`.
  public typealias Maker = @Sendable (_ small: SmallLogsInMemory) async throws -> any LogStore

  private let make: Maker

  /// The suite over the stores of `make`.
  public init(_ make: @escaping Maker) { self.make = make }

  /// A part of the suite, by name, for `@Test(arguments:)`.
  public struct Requirement: Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String
    let body: @Sendable (any LogStore, SmallLogsInMemory, JobID) async throws -> Void
  }

  /// Runs one requirement on a new store.
  public func check(_ requirement: Requirement) async throws {
    let small = SmallLogsInMemory()
    try await requirement.body(make(small), small, JobID(rawValue: .random(in: 1...1 << 40)))
  }

  /// All requirements.
  public static let requirements: [Requirement] = [
    Requirement(description: "an unknown job has an empty log that has not ended", body: unknown),
    Requirement(description: "bytes come back by offset", body: bytesByOffset),
    Requirement(description: "bytes that are stored already are skipped and a gap is refused", body: resumes),
    Requirement(description: "lines come back with number, offset and time", body: lines),
    Requirement(description: "lines are limited by count and bytes", body: lineLimits),
    Requirement(description: "an ended log never changes", body: ending),
    Requirement(description: "a log without a byte can be ended", body: endsEmpty),
    Requirement(description: "logs end with what is stored about them, or not at all", body: endsInOneStep),
    Requirement(description: "a change wakes those who wait for it", body: wakes),
    Requirement(description: "a cancelled wait ends", body: cancelledWait),
    Requirement(description: "a removed log is unknown", body: removes),
    Requirement(description: "places that are not in the log are answered clearly", body: hostilePlaces),
    Requirement(description: "times may go back and be extreme", body: times),
    Requirement(description: "the store says that it can be written", body: { store, _, _ in try await store.check() }),
  ]
}

extension LogStoreConformance {
  private static func unknown(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    let empty = LogState(size: 0, lines: 0, ended: false)
    #expect(try await store.state(job) == empty)
    #expect(try await store.read(job, from: 0, limit: 10) == [])
    #expect(try await store.lines(job, from: 0, limit: 10, byteLimit: 10) == [])
    try await store.delete(job)
    #expect(try await store.append(job, at: 0, [], elapsedMilliseconds: 0) == 0)
    #expect(try await store.state(job) == empty)
  }

  private static func bytesByOffset(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    let text = Array("hello\nworld\0\u{FFFD}".utf8) + [0xFF, 0xFE]
    var size: Int64 = 0
    for byte in text { size = try await store.append(job, at: size, [byte], elapsedMilliseconds: 0) }
    #expect(size == Int64(text.count))
    for isEnded in [false, true] {
      if isEnded { _ = try await store.end(job, in: small) }
      for start in 0...text.count {
        for limit in [0, 1, 3, 100] {
          let expected = Array(text.dropFirst(start).prefix(limit))
          #expect(try await store.read(job, from: Int64(start), limit: limit) == expected)
        }
      }
    }
  }

  private static func resumes(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    await #expect(throws: LogError.gap(job, expected: 0)) {
      try await store.append(job, at: 1, [1], elapsedMilliseconds: 0)
    }
    #expect(try await store.append(job, at: 0, Array("abc".utf8), elapsedMilliseconds: 0) == 3)
    #expect(try await store.append(job, at: 1, Array("bcde".utf8), elapsedMilliseconds: 0) == 5)
    #expect(try await store.append(job, at: 0, Array("xyz".utf8), elapsedMilliseconds: 0) == 5)
    #expect(try await store.append(job, at: 5, [], elapsedMilliseconds: 0) == 5)
    await #expect(throws: LogError.gap(job, expected: 5)) {
      try await store.append(job, at: 6, [1], elapsedMilliseconds: 0)
    }
    #expect(try await store.read(job, from: 0, limit: 10) == Array("abcde".utf8))
  }

  private static func lines(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    // A line in two appends belongs to the time of its first byte.
    _ = try await store.append(job, at: 0, Array("one\ntw".utf8), elapsedMilliseconds: 10)
    _ = try await store.append(job, at: 6, Array("o\n\nfour".utf8), elapsedMilliseconds: 250)
    let expected = [
      line(0, 0, 10, "one"), line(1, 4, 10, "two"), line(2, 8, 250, ""), line(3, 9, 250, "four"),
    ]
    for isEnded in [false, true] {
      if isEnded { _ = try await store.end(job, in: small) }
      #expect(try await store.state(job) == LogState(size: 13, lines: 4, ended: isEnded))
      for first in 0...4 {
        for limit in 1...5 {
          let found = try await store.lines(job, from: Int64(first), limit: limit, byteLimit: 1000)
          #expect(found == Array(expected.dropFirst(first).prefix(limit)))
        }
      }
    }
  }

  private static func lineLimits(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    let text = (0..<5000).map { "line \($0)\n" }.joined() + String(repeating: "x", count: 300)
    _ = try await store.append(job, at: 0, Array(text.utf8), elapsedMilliseconds: 7)
    for isEnded in [false, true] {
      if isEnded { _ = try await store.end(job, in: small) }
      // Whatever the limits, a reader who goes on after the last line sees each once, and never too much at a time.
      var next: Int64 = 0
      while next < 5001 {
        let found = try await store.lines(job, from: next, limit: 700, byteLimit: 5000)
        #expect(!found.isEmpty && found.count <= 700 && found.reduce(0) { $0 + $1.text.count } <= 10_000)
        for line in found {
          #expect(line.number == next)
          if next < 5000 { #expect(line.text == Array("line \(next)".utf8)) }
          next += 1
        }
        if found.isEmpty { break }
      }
      let cut = try await store.lines(job, from: 5000, limit: 9, byteLimit: 100)
      #expect(cut.count == 1 && cut.first?.isCut == true && cut.first?.text.count == 100)
    }
  }

  private static func ending(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    _ = try await store.append(job, at: 0, Array("a\n".utf8), elapsedMilliseconds: 0)
    let ended = LogState(size: 2, lines: 1, ended: true)
    #expect(try await store.end(job, in: small) == ended)
    #expect(try await store.end(job, in: small) == ended)
    for offset in [0, 2, 3] as [Int64] {
      await #expect(throws: LogError.ended(job)) {
        try await store.append(job, at: offset, [1, 2, 3], elapsedMilliseconds: 0)
      }
    }
    #expect(try await store.state(job) == ended)
    #expect(try await store.changed(job, beyond: 2) == ended)
  }

  private static func endsEmpty(_ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID) async throws {
    let ended = LogState(size: 0, lines: 0, ended: true)
    #expect(try await store.end(job, in: small) == ended)
    #expect(try await store.state(job) == ended)
    #expect(try await store.read(job, from: 0, limit: 1) == [])
    #expect(try await store.lines(job, from: 0, limit: 1, byteLimit: 1) == [])
  }

  private static func endsInOneStep(
    _ store: any LogStore, _ small: SmallLogsInMemory, _ job: JobID
  ) async throws {
    struct Refusal: Error {}
    let jobs = (0..<3).map { JobID(rawValue: job.rawValue + $0) }
    for job in jobs.dropLast() {
      _ = try await store.append(job, at: 0, Array("a\nb".utf8), elapsedMilliseconds: 3)
    }
    await #expect(throws: Refusal.self) {
      try await store.end(jobs) { ended in
        #expect(jobs.map { ended[$0]?.state.size } == [3, 3, 0])
        #expect(ended.values.allSatisfy { $0.state.ended })
        await #expect(throws: LogError.ended(job)) {
          try await store.append(job, at: 3, [1], elapsedMilliseconds: 0)
        }
        throw Refusal()
      }
    }
    // What was refused goes on where the store that refused keeps it; what this store keeps has ended.
    for job in jobs where try await !store.state(job).ended {
      let size = try await store.state(job).size
      #expect(try await store.append(job, at: size, Array("c\n".utf8), elapsedMilliseconds: 9) == size + 2)
    }
    let texts = try await store.end(jobs) { ended in
      small.keep(ended)
      return jobs.map { ended[$0]?.state.size }
    }
    for (job, size) in zip(jobs, texts) {
      let state = try await store.state(job)
      let text = try await store.read(job, from: 0, limit: 99)
      #expect(state.ended && state.size == size && Int64(text.count) == size)
    }
    let none = try await store.end([]) { $0.count }
    #expect(none == 0)
  }

  static func line(_ number: Int64, _ offset: Int64, _ milliseconds: Int64, _ text: String) -> LogLine {
    LogLine(number: number, offset: offset, elapsedMilliseconds: milliseconds, text: Array(text.utf8), isCut: false)
  }
}
