import Concurrency
import Files
import Logs
import Model
import StoreConformance
import Testing

@testable import LogsFile

@Suite struct LogsFileConformanceTests {
  /// With small logs, all logs in files, and one open file for all of those.
  @Test(arguments: LogStoreConformance.requirements, [(100, 64 << 10), (100, 0), (1, 0), (100, 4)])
  func `is a log store`(requirement: LogStoreConformance.Requirement, limits: (Int, Int64)) async throws {
    let folder = LogFolder()
    let (descriptors, smallLimit) = limits
    let made = Lock<LogsFile?>(nil)
    try await LogStoreConformance { small in
      let store = try await folder.store(descriptors: descriptors, smallLimit: smallLimit, small: small)
      made.withLock { $0 = store }
      return store
    }.check(requirement)
    await made.withLock { $0 }?.compressed()
  }
}

/// The folder of a store, removed with the object.
final class LogFolder: Sendable {
  let path = "/tmp/wright-logs-\(UInt64.random(in: 0 ... .max))"
  let job = JobID(rawValue: 5000)

  /// Where small logs are kept.
  let small = SmallLogsInMemory()

  /// A store over the folder, which has files for all logs unless there is a `smallLimit`. An earlier one is left as a
  /// killed process leaves it.
  func store(descriptors: Int = 100, smallLimit: Int64 = 0, small: SmallLogsInMemory? = nil) async throws -> LogsFile {
    try await LogsFile(
      directory: path, small: small ?? self.small, threads: 2, descriptorLimit: descriptors, smallLimit: smallLimit
    ) { job, error in
      Issue.record("compression of job \(job): \(error)")
    }
  }

  var growing: String { "\(path)/live/5000.log" }
  var ended: String { "\(path)/live/5000.ended" }
  var times: String { "\(path)/live/5000.times" }
  var points: String { "\(path)/live/5000.points" }
  var journal: String { "\(path)/journal" }
  var compressed: String { "\(path)/1/5000.zst" }

  deinit { try? FileTree.removeTree(path) }
}

/// Text with the lines that a store should find in it.
struct SampleLog {
  var text: [UInt8] = []
  var lines: [LogLine] = []

  /// `count` lines of uneven lengths, each `step` milliseconds after the one before, from a fixed sequence.
  init(lines count: Int, step: Int64 = 3) {
    var random: UInt64 = 42
    for number in 0..<count {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let words = "line \(number)" + String(repeating: " \(random >> 50)", count: Int(random >> 60))
      let line = random >> 57 == 0 ? [] : Array(words.utf8)
      lines.append(
        LogLine(
          number: Int64(number), offset: Int64(text.count), elapsedMilliseconds: Int64(number) * step, text: line,
          isCut: false))
      text += line + [0x0A]
    }
  }

  /// Appends the lines to a store, each at its time.
  func append(to store: any LogStore, _ job: JobID) async throws {
    for line in lines {
      _ = try await store.append(
        job, at: line.offset, line.text + [0x0A], elapsedMilliseconds: line.elapsedMilliseconds)
    }
  }

  /// Checks bytes and lines of a store against the sample, around many places.
  func check(_ store: any LogStore, _ job: JobID) async throws {
    var read: [UInt8] = []
    while true {
      let part = try await store.read(job, from: Int64(read.count), limit: 100_000)
      if part.isEmpty { break }
      read += part
    }
    #expect(read == text)
    #expect(try await store.state(job).lines == Int64(lines.count))
    for first in stride(from: 0, to: lines.count, by: max(1, lines.count / 40)) {
      let found = try await store.lines(job, from: Int64(first), limit: 50, byteLimit: 1 << 20)
      #expect(found == Array(lines.dropFirst(first).prefix(50)))
    }
  }
}
