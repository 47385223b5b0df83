import Files
import Glibc
import Logs
import LogsFile
import Model
import StoreConformance
import Testing

/// A log through its whole life, with many at it.
@Suite struct LifeTests {
  @Test(arguments: [0, 1, 1023, 1024, 1025, 16_383, 16_384, 16_385, 40_000])
  func `reads are the same before, during and after compression`(count: Int) async throws {
    let folder = LogFolder()
    let store = try await folder.store()
    var sample = SampleLog(lines: count)
    for index in sample.lines.indices { sample.lines[index].elapsedMilliseconds = 77 }
    for start in stride(from: 0, to: sample.text.count, by: 65_536) {
      let part = Array(sample.text[start..<min(start + 65_536, sample.text.count)])
      _ = try await store.append(folder.job, at: Int64(start), part, elapsedMilliseconds: 77)
    }
    try await sample.check(store, folder.job)
    _ = try await store.end(folder.job, in: folder.small)
    let expected = sample
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 { group.addTask { try await expected.check(store, folder.job) } }
      await store.compressed()
      group.addTask { try await expected.check(store, folder.job) }
      try await group.waitForAll()
    }
    #expect(try FileTree.names(in: folder.path + "/live") == [])
    try await sample.check(folder.store(), folder.job)
  }

  @Test func `times are kept through compression`() async throws {
    let folder = LogFolder()
    let store = try await folder.store()
    let sample = SampleLog(lines: 2500)
    try await sample.append(to: store, folder.job)
    try await sample.check(store, folder.job)
    _ = try await store.end(folder.job, in: folder.small)
    await store.compressed()
    try await sample.check(store, folder.job)
  }

  @Test func `any zstd reads the compressed log`() async throws {
    let folder = LogFolder()
    let store = try await folder.store()
    let sample = SampleLog(lines: 30_000)
    _ = try await store.append(folder.job, at: 0, sample.text, elapsedMilliseconds: 0)
    _ = try await store.end(folder.job, in: folder.small)
    await store.compressed()
    let size = try #require(try FileTree.status(folder.compressed)).size
    #expect(size < sample.text.count / 2)
    try #require(system("zstd -dqf \(folder.compressed) -o \(folder.path)/plain") == 0)
    #expect(try FileTree.contents(of: folder.path + "/plain", limit: 1 << 24) == sample.text)
  }

  @Test func `thousands who wait are woken by the change`() async throws {
    let folder = LogFolder()
    let store = try await folder.store()
    let waiting = (0..<3000).map { number in
      Task { try await store.changed(folder.job, beyond: Int64(number % 3)) }
    }
    for size in 0..<3 { _ = try await store.append(folder.job, at: Int64(size), [65], elapsedMilliseconds: 0) }
    for (number, task) in waiting.enumerated() { #expect(try await task.value.size > number % 3) }
  }

  @Test func `many growing logs need few open files`() async throws {
    let folder = LogFolder()
    let store = try await folder.store(descriptors: 10)
    for round in 0..<3 as Range<Int64> {
      for job in 1...200 as ClosedRange<Int64> {
        _ = try await store.append(
          JobID(rawValue: job), at: round * 2, Array("\(round)\n".utf8), elapsedMilliseconds: round * 5000)
      }
    }
    let open = try FileTree.names(in: "/proc/self/fd").count { name in
      var target = [UInt8](repeating: 0, count: 4096)
      let length = readlink("/proc/self/fd/\(name)", &target, target.count)
      return length > 0 && String(decoding: target.prefix(length), as: UTF8.self).hasPrefix(folder.path)
    }
    // And the journal.
    #expect(open <= 11)
    for job in 1...200 as ClosedRange<Int64> {
      let lines = try await store.lines(JobID(rawValue: job), from: 0, limit: 9, byteLimit: 99)
      #expect(lines.map(\.elapsedMilliseconds) == [0, 5000, 10_000])
    }
  }

  @Test func `logs may be removed at any moment`() async throws {
    let folder = LogFolder()
    let store = try await folder.store(descriptors: 3)
    let text = SampleLog(lines: 2000).text
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...30 as ClosedRange<Int64> {
        let job = JobID(rawValue: number)
        _ = try await store.append(job, at: 0, text, elapsedMilliseconds: 0)
        _ = try await store.end(job, in: folder.small)
        group.addTask { try await store.delete(job) }
        group.addTask {
          let found = try await store.read(job, from: 0, limit: 100)
          #expect(found.isEmpty || found == Array(text.prefix(100)))
        }
      }
      try await group.waitForAll()
    }
    await store.compressed()
    for number in 1...30 as ClosedRange<Int64> {
      #expect(try await store.state(JobID(rawValue: number)) == LogState(size: 0, lines: 0, ended: false))
    }
    #expect(try FileTree.names(in: folder.path + "/live") == [])
    #expect(((try? FileTree.names(in: folder.path + "/0")) ?? []) == [])
  }

  /// `/dev/full` stands for the index: every write to it is refused as on a full disk.
  @Test func `a full disk leaves the log as it was, and the append can be made again`() async throws {
    let folder = LogFolder()
    let store = try await folder.store(descriptors: 1)
    _ = try await store.append(folder.job, at: 0, Array("first\n".utf8), elapsedMilliseconds: 1000)
    try #require(rename(folder.times, folder.times + ".kept") == 0 && symlink("/dev/full", folder.times) == 0)
    for _ in 1...2 {
      let error = await #expect(throws: FileError.self) {
        try await store.append(folder.job, at: 6, Array("second\n".utf8), elapsedMilliseconds: 2000)
      }
      #expect(error?.isNoSpace == true)
      #expect(try await store.state(folder.job) == LogState(size: 6, lines: 1, ended: false))
      #expect(try FileTree.status(folder.growing)?.size == 6)
    }
    try #require(rename(folder.times + ".kept", folder.times) == 0)
    _ = try await store.append(folder.job, at: 6, Array("second\n".utf8), elapsedMilliseconds: 2000)
    #expect(try await store.end(folder.job, in: folder.small) == LogState(size: 13, lines: 2, ended: true))
    let lines = try await store.lines(folder.job, from: 0, limit: 9, byteLimit: 99)
    #expect(lines.map(\.elapsedMilliseconds) == [1000, 2000])
    await store.compressed()
  }

  @Test(.enabled(if: SmallDisk.isAvailable), arguments: [0, 4096, 40_960] as [Int64])
  func `a log on a full disk waits for space`(left: Int64) async throws {
    let disk = try SmallDisk()
    let small = SmallLogsInMemory()
    let store = try await LogsFile(directory: disk.path + "/logs", small: small) { _, error in
      #expect((error as? FileError)?.isNoSpace == true)
    }
    let sample = SampleLog(lines: 5000)
    let half = sample.text.count / 2
    _ = try await store.append(JobID(rawValue: 1), at: 0, Array(sample.text[..<half]), elapsedMilliseconds: 0)
    let before = try await store.state(JobID(rawValue: 1))
    try disk.fill(leaving: left)
    for _ in 1...2 {
      let error = await #expect(throws: FileError.self) {
        try await store.append(
          JobID(rawValue: 1), at: Int64(half), Array(sample.text[half...]), elapsedMilliseconds: 5000)
      }
      #expect(error?.isNoSpace == true)
      #expect(try await store.state(JobID(rawValue: 1)) == before)
    }
    try disk.empty()
    _ = try await store.append(
      JobID(rawValue: 1), at: Int64(half), Array(sample.text[half...]), elapsedMilliseconds: 5000)
    #expect(try await store.read(JobID(rawValue: 1), from: 0, limit: 1 << 20) == sample.text)
    // Ended while there is no space for the compressed form: it is made when a later log ends.
    try disk.fill(leaving: 12_288)
    _ = try await store.end(JobID(rawValue: 1), in: small)
    await store.compressed()
    #expect(try await store.read(JobID(rawValue: 1), from: 0, limit: 1 << 20) == sample.text)
    try disk.empty()
    _ = try await store.end(JobID(rawValue: 2), in: small)
    await store.compressed()
    #expect(try FileTree.names(in: disk.path + "/logs/live") == [])
    #expect(try await store.read(JobID(rawValue: 1), from: 0, limit: 1 << 20) == sample.text)
    store.stop()
  }

  @Test(arguments: [0, 64 << 10] as [Int64])
  func `whoever reads a log while it ends sees all of it`(smallLimit: Int64) async throws {
    let folder = LogFolder()
    let store = try await folder.store(smallLimit: smallLimit)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 1...300 as ClosedRange<Int64> {
        let job = JobID(rawValue: number)
        let text = [UInt8](repeating: UInt8(48 + number % 200), count: 200)
        _ = try await store.append(job, at: 0, text, elapsedMilliseconds: 0)
        for _ in 0..<3 {
          group.addTask {
            for _ in 0..<5 {
              let read = try await store.read(job, from: 0, limit: 5000)
              #expect(read == text)
              let lines = try await store.lines(job, from: 0, limit: 5, byteLimit: 5000)
              #expect(lines.map(\.text) == [text])
            }
          }
        }
        group.addTask { _ = try await store.end(job, in: folder.small) }
      }
      try await group.waitForAll()
    }
    await store.compressed()
    #expect(try FileTree.names(in: folder.path + "/live") == [])
  }

  @Test func `a line longer than everything is cut, not read`() async throws {
    let folder = LogFolder()
    let store = try await folder.store()
    let megabyte = [UInt8](repeating: 0x78, count: 1 << 20)
    var size: Int64 = 0
    for _ in 0..<8 { size = try await store.append(folder.job, at: size, megabyte, elapsedMilliseconds: 1) }
    _ = try await store.append(folder.job, at: size, Array("\nshort".utf8), elapsedMilliseconds: 2)
    for isCompressed in [false, true] {
      if isCompressed {
        _ = try await store.end(folder.job, in: folder.small)
        await store.compressed()
      }
      let lines = try await store.lines(folder.job, from: 0, limit: 9, byteLimit: .max)
      #expect(lines.map(\.isCut) == [true] && lines.map(\.text.count) == [4 << 20])
      let next = try await store.lines(folder.job, from: 1, limit: 9, byteLimit: .max)
      #expect(next.map(\.offset) == [size + 1] && next.map(\.isCut) == [false])
    }
  }

  @Test func `a store that cannot be written says why`() async throws {
    let folder = LogFolder()
    let store = try await folder.store()
    try FileTree.removeTree(folder.path)
    await #expect(throws: FileError.self) { try await store.check() }
    await #expect(throws: FileError.self) { try await store.append(folder.job, at: 0, [1], elapsedMilliseconds: 0) }
    try FileTree.writeAtomically([], to: folder.path)
    await #expect(throws: FileError.self) { try await folder.store() }
  }
}
