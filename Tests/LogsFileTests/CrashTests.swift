import Files
import Logs
import LogsFile
import Model
import StoreConformance
import Testing

/// What a crash can leave behind, made with the files themselves.
@Suite struct CrashTests {
  @Test func `an index cut at any byte loses no line and no earlier time`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 60, step: 1100)
    try await sample.append(to: folder.store(), folder.job)
    let whole = try FileTree.contents(of: folder.times, limit: 1 << 20)
    #expect(whole.count > 100)
    for count in 0...whole.count {
      try FileTree.writeAtomically(Array(whole.prefix(count)), to: folder.times)
      let store = try await folder.store()
      let found = try await store.lines(folder.job, from: 0, limit: 100, byteLimit: 1 << 20)
      #expect(found.map(\.text) == sample.lines.map(\.text))
      #expect(found.map(\.offset) == sample.lines.map(\.offset))
      let times = found.map(\.elapsedMilliseconds)
      let kept = zip(times, sample.lines.map(\.elapsedMilliseconds)).prefix { $0 == $1 }.count
      // An entry has at most four bytes here, so at least this many are whole.
      #expect(kept >= min(count / 4, 60))
      #expect(times.dropFirst(kept).allSatisfy { $0 == times[max(0, kept - 1)] })
    }
  }

  @Test(arguments: [0, 1, 23, 24, 25, 71, 72])
  func `points cut at any byte are made again`(count: Int) async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 3000)
    _ = try await folder.store().append(folder.job, at: 0, sample.text, elapsedMilliseconds: 0)
    let points = (try? FileTree.contents(of: folder.points, limit: 1 << 20)) ?? []
    try FileTree.writeAtomically(Array(points.prefix(count)), to: folder.points)
    let found = try await folder.store().lines(folder.job, from: 2500, limit: 3, byteLimit: 1 << 20)
    #expect(found.map(\.text) == sample.lines[2500..<2503].map(\.text))
    #expect(try FileTree.contents(of: folder.points, limit: 1 << 20).count == 72)
  }

  @Test(arguments: [[UInt8](repeating: 0, count: 5000), [UInt8](repeating: 0xFF, count: 5000), Array("garbage".utf8)])
  func `an index of garbage is made again`(garbage: [UInt8]) async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 3000)
    try await sample.append(to: folder.store(), folder.job)
    for path in [folder.times, folder.points] { try FileTree.writeAtomically(garbage, to: path) }
    let store = try await folder.store()
    let found = try await store.lines(folder.job, from: 0, limit: 5000, byteLimit: 1 << 20)
    #expect(found.map(\.text) == sample.lines.map(\.text))
    // It goes on as if nothing had happened.
    let size = try await store.append(
      folder.job, at: Int64(sample.text.count), Array("next\n".utf8), elapsedMilliseconds: 99_999)
    #expect(size == Int64(sample.text.count) + 5)
    let last = try await store.lines(folder.job, from: 3000, limit: 5, byteLimit: 99)
    #expect(last.map(\.elapsedMilliseconds) == [99_999])
  }

  @Test func `a log without an index is a log`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 2000)
    try await sample.append(to: folder.store(), folder.job)
    try FileTree.removeFile(folder.times)
    try FileTree.removeFile(folder.points)
    let found = try await folder.store().lines(folder.job, from: 1999, limit: 5, byteLimit: 1 << 20)
    #expect(found.map(\.text) == [sample.lines[1999].text])
  }

  @Test func `a line that is not complete goes on after a crash`() async throws {
    let folder = LogFolder()
    _ = try await folder.store().append(folder.job, at: 0, Array("a\nbc".utf8), elapsedMilliseconds: 1500)
    let store = try await folder.store()
    #expect(try await store.state(folder.job) == LogState(size: 4, lines: 2, ended: false))
    _ = try await store.append(folder.job, at: 4, Array("d\ne".utf8), elapsedMilliseconds: 1600)
    let found = try await store.lines(folder.job, from: 0, limit: 9, byteLimit: 99)
    #expect(found.map { String(decoding: $0.text, as: UTF8.self) } == ["a", "bcd", "e"])
    #expect(found.map(\.elapsedMilliseconds) == [1500, 1500, 1600])
  }

  @Test func `a log that ended before a crash has ended, and is compressed after it`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 40_000)
    let first = try await folder.store()
    _ = try await first.append(folder.job, at: 0, sample.text, elapsedMilliseconds: 0)
    first.stop()
    try FileTree.rename(folder.growing, to: folder.ended)
    // What a compression that was killed leaves, and what an unfinished probe leaves.
    for name in ["5000.zst.part", ".probe-1"] {
      try FileTree.writeAtomically([1, 2, 3], to: "\(folder.path)/live/\(name)")
    }
    let store = try await folder.store()
    #expect(try await store.state(folder.job).ended)
    await store.compressed()
    #expect(try FileTree.names(in: folder.path + "/live") == [])
    #expect(try FileTree.names(in: folder.path + "/1") == ["5000.zst"])
    #expect(try await store.read(folder.job, from: 1000, limit: 500) == Array(sample.text[1000..<1500]))
    #expect(try await store.state(folder.job).lines == 40_000)
  }

  @Test(arguments: [100, 10_000], [true, false])
  func `an original that outlived its compression is removed at start`(lines: Int, hadEnded: Bool) async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: lines)
    let first = try await folder.store()
    try await sample.append(to: first, folder.job)
    _ = try await first.end(folder.job, in: folder.small)
    await first.compressed()
    first.stop()
    try FileTree.writeAtomically(Array(sample.text.prefix(10)), to: hadEnded ? folder.ended : folder.growing)
    let store = try await folder.store()
    #expect(try FileTree.names(in: folder.path + "/live") == [])
    try await sample.check(store, folder.job)
  }

  @Test func `a compression that is stopped goes on at the next start`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 100_000)
    let first = try await folder.store()
    _ = try await first.append(folder.job, at: 0, sample.text, elapsedMilliseconds: 0)
    _ = try await first.end(folder.job, in: folder.small)
    first.stop()
    await #expect(throws: CancellationError.self) { try await first.read(folder.job, from: 0, limit: 1) }
    await first.compressed()
    let store = try await folder.store()
    await store.compressed()
    #expect(try FileTree.status(folder.compressed) != nil)
    #expect(try await store.read(folder.job, from: 0, limit: 1000) == Array(sample.text.prefix(1000)))
  }

  @Test func `damaged compressed files are errors that say so`() async throws {
    let folder = LogFolder()
    let first = try await folder.store()
    try await SampleLog(lines: 300).append(to: first, folder.job)
    _ = try await first.end(folder.job, in: folder.small)
    await first.compressed()
    let whole = try FileTree.contents(of: folder.compressed, limit: 1 << 20)
    for count in stride(from: 0, to: whole.count, by: 41) {
      try FileTree.writeAtomically(Array(whole.prefix(count)), to: folder.compressed)
      let store = try await folder.store()
      await #expect(throws: LogError.self) { try await store.state(folder.job) }
      await #expect(throws: LogError.self) { try await store.read(folder.job, from: 0, limit: 9) }
      await #expect(throws: LogError.self) { _ = try await store.end(folder.job, in: folder.small) }
    }
  }

  @Test func `a changed byte of a compressed log is an error or changes nothing`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 50)
    let first = try await folder.store()
    try await sample.append(to: first, folder.job)
    _ = try await first.end(folder.job, in: folder.small)
    await first.compressed()
    let whole = try FileTree.contents(of: folder.compressed, limit: 1 << 20)
    for index in whole.indices {
      var changed = whole
      changed[index] ^= 0x55
      try FileTree.writeAtomically(changed, to: folder.compressed)
      let store = try await folder.store()
      do {
        #expect(try await store.read(folder.job, from: 0, limit: 1 << 20) == sample.text, "byte \(index)")
        #expect(try await store.lines(folder.job, from: 0, limit: 99, byteLimit: 1 << 20) == sample.lines)
      } catch is LogError {}
    }
  }

  /// A folder in the part's place stands for whatever keeps the compressed form from being made.
  @Test func `a log that cannot be compressed ends all the same`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 5000)
    let first = try await LogsFile(directory: folder.path, small: folder.small) { _, _ in }
    try await sample.append(to: first, folder.job)
    try FileTree.makeDirectory("\(folder.path)/live/5000.zst.part")
    _ = try await first.end(folder.job, in: folder.small)
    await first.compressed()
    try await sample.check(first, folder.job)
    #expect(try FileTree.status(folder.ended) != nil)
    #expect(FileTree.removeEmptyDirectory("\(folder.path)/live/5000.zst.part"))
    let store = try await folder.store()
    await store.compressed()
    #expect(try FileTree.names(in: folder.path + "/live") == [])
    try await sample.check(store, folder.job)
  }
}
