import Files
import Logs
import Model
import StoreConformance
import Testing

@testable import LogsFile

/// Logs that never get files: in memory and in the journal while they grow, with their jobs afterwards.
@Suite struct SmallLogTests {
  private static let limit = LiveLog.standardSmallLimit

  private func store(_ folder: LogFolder) async throws -> LogsFile { try await folder.store(smallLimit: Self.limit) }

  @Test(arguments: [0, 1, 3, 900])
  func `a small log costs no file`(lines: Int) async throws {
    let folder = LogFolder()
    let first = try await store(folder)
    let sample = SampleLog(lines: lines)
    try await sample.append(to: first, folder.job)
    try await sample.check(first, folder.job)
    let ended = try await first.end(folder.job, in: folder.small)
    #expect(ended == LogState(size: Int64(sample.text.count), lines: Int64(lines), ended: true))
    try await sample.check(first, folder.job)
    #expect(try FileTree.names(in: folder.path) == ["journal", "live"])
    #expect(try FileTree.names(in: folder.path + "/live") == [])
    let next = try await store(folder)
    try await sample.check(next, folder.job)
    #expect(try await next.state(folder.job).ended)
    let kept = try #require(try await folder.small.smallLog(of: folder.job))
    if lines == 900 { #expect(kept.count < sample.text.count / 2) }
  }

  @Test func `a small log outlives the process, with the time of every line`() async throws {
    let folder = LogFolder()
    var sample = SampleLog(lines: 40)
    try await sample.append(to: store(folder), folder.job)
    let next = try await store(folder)
    try await sample.check(next, folder.job)
    #expect(try await !next.state(folder.job).ended)
    let more = Array("and more".utf8)
    _ = try await next.append(folder.job, at: Int64(sample.text.count), more, elapsedMilliseconds: 777)
    sample.lines.append(
      LogLine(number: 40, offset: Int64(sample.text.count), elapsedMilliseconds: 777, text: more, isCut: false))
    sample.text += more
    try await sample.check(store(folder), folder.job)
  }

  @Test func `a journal cut at any byte keeps every record before it`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 12)
    try await sample.append(to: store(folder), folder.job)
    let whole = try FileTree.contents(of: folder.journal, limit: 1 << 20)
    #expect(whole.count == sample.text.count + 12 * JournalRecord.headerSize)
    for count in 0...whole.count {
      try FileTree.writeAtomically(Array(whole.prefix(count)), to: folder.journal)
      let next = try await store(folder)
      let (text, lines) = (
        try await next.read(folder.job, from: 0, limit: 9999),
        try await next.lines(folder.job, from: 0, limit: 99, byteLimit: 9999)
      )
      #expect(text == Array(sample.text.prefix(text.count)) && lines == Array(sample.lines.prefix(lines.count)))
      // All records that are complete, and the log goes on there.
      let complete = (0...12).last { sample.end($0) + $0 * JournalRecord.headerSize <= count }
      #expect(lines.count == complete)
      _ = try await next.append(folder.job, at: Int64(text.count), [0x21], elapsedMilliseconds: 1)
      let again = try await store(folder).read(folder.job, from: 0, limit: 9999)
      #expect(again == text + [0x21])
    }
  }

  @Test func `a changed byte of the journal ends it there`() async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 6)
    try await sample.append(to: store(folder), folder.job)
    let whole = try FileTree.contents(of: folder.journal, limit: 1 << 20)
    for index in whole.indices {
      var changed = whole
      changed[index] ^= 0x55
      try FileTree.writeAtomically(changed, to: folder.journal)
      let text = try await store(folder).read(folder.job, from: 0, limit: 9999)
      #expect(text == Array(sample.text.prefix(text.count)), "byte \(index)")
    }
  }

  @Test(arguments: ["whole", "cut", "absent"])
  func `a log that grows gets files, also where the process ends meanwhile`(file: String) async throws {
    let folder = LogFolder()
    let sample = SampleLog(lines: 400)
    let first = try await folder.store(smallLimit: 1000)
    let small = Array(sample.text.prefix(1000))
    _ = try await first.append(folder.job, at: 0, small, elapsedMilliseconds: 5)
    #expect(try FileTree.status(folder.growing) == nil)
    let journal = try FileTree.contents(of: folder.journal, limit: 1 << 20)
    _ = try await first.append(folder.job, at: 1000, Array(sample.text[1000...]), elapsedMilliseconds: 9)
    #expect(try FileTree.status(folder.growing)?.size == Int64(sample.text.count))
    #expect(try await first.read(folder.job, from: 0, limit: 1 << 20) == sample.text)
    #expect(try await first.lines(folder.job, from: 0, limit: 1, byteLimit: 99)[0].elapsedMilliseconds == 5)

    // As if the process had ended before the journal knew of the file, with more or less of it written.
    try FileTree.writeAtomically(journal, to: folder.journal)
    if file == "cut" { try FileDescriptor.open(folder.growing, .update).truncate(to: 500) }
    if file == "absent" { try FileTree.removeFile(folder.growing) }
    let expected = file == "whole" ? sample.text : small
    let next = try await folder.store(smallLimit: 1000)
    #expect(try await next.read(folder.job, from: 0, limit: 1 << 20) == expected)
    let hasFile = try FileTree.status(folder.growing) != nil
    #expect(hasFile == (file == "whole"))
    _ = try await next.end(folder.job, in: folder.small)
    await next.compressed()
    #expect(try await next.read(folder.job, from: 0, limit: 1 << 20) == expected)
  }

  @Test func `a log that was stored with its job is not taken from the journal`() async throws {
    let folder = LogFolder()
    let first = try await store(folder)
    _ = try await first.append(folder.job, at: 0, Array("one\n".utf8), elapsedMilliseconds: 5)
    let journal = try FileTree.contents(of: folder.journal, limit: 1 << 20)
    _ = try await first.end(folder.job, in: folder.small)
    first.stop()
    // As if the process had ended before the journal knew.
    try FileTree.writeAtomically(journal, to: folder.journal)
    let next = try await store(folder)
    #expect(try await next.state(folder.job) == LogState(size: 4, lines: 1, ended: true))
    await #expect(throws: LogError.ended(folder.job)) {
      try await next.append(folder.job, at: 4, [1], elapsedMilliseconds: 0)
    }
  }

  @Test func `a removed log does not come back`() async throws {
    let folder = LogFolder()
    let first = try await store(folder)
    for text in ["old and long\n", "new\n"] {
      _ = try await first.append(folder.job, at: 0, Array(text.utf8), elapsedMilliseconds: 5)
      if text != "new\n" { try await first.delete(folder.job) }
    }
    let next = try await store(folder)
    #expect(try await next.read(folder.job, from: 0, limit: 99) == Array("new\n".utf8))
    _ = try await next.end(folder.job, in: folder.small)
    try await next.delete(folder.job)
    next.stop()
    let last = try await store(folder)
    #expect(try await last.state(folder.job) == LogState(size: 0, lines: 0, ended: false))
  }

  @Test func `the journal stays small and keeps what is wanted`() async throws {
    let folder = LogFolder()
    let first = try await store(folder)
    let kept = JobID(rawValue: 1)
    _ = try await first.append(kept, at: 0, Array("a\n".utf8), elapsedMilliseconds: 1)
    let text = [UInt8](repeating: 0x78, count: 60_000)
    for number in 2...300 as ClosedRange<Int64> {
      let job = JobID(rawValue: number)
      _ = try await first.append(job, at: 0, text, elapsedMilliseconds: 2)
      if number == 150 { _ = try await first.append(kept, at: 2, Array("b\n".utf8), elapsedMilliseconds: 3) }
      _ = try await first.end(job, in: folder.small)
      let size = try FileTree.status(folder.journal)?.size ?? .max
      #expect(size < 2 * LogJournal.rewriteStep)
    }
    first.stop()
    let next = try await store(folder)
    #expect(
      try await next.lines(kept, from: 0, limit: 9, byteLimit: 99).map(\.elapsedMilliseconds) == [1, 3])
    #expect(try await next.state(JobID(rawValue: 300)).ended)
  }

  @Test func `damaged content is an error that says so`() async throws {
    let folder = LogFolder()
    let store = try await store(folder)
    try await SampleLog(lines: 300).append(to: store, folder.job)
    _ = try await store.end(folder.job, in: folder.small)
    let whole = try #require(try await folder.small.smallLog(of: folder.job))
    for content in [[], [7], Array(whole.prefix(9)), Array(whole.dropLast()), [0] + Array(whole.dropFirst())] {
      folder.small.replace(folder.job, content)
      await #expect(throws: LogError.self) { try await store.state(folder.job) }
      await #expect(throws: LogError.self) { try await store.read(folder.job, from: 0, limit: 9) }
    }
  }
}

extension SampleLog {
  /// The offset after `count` lines.
  fileprivate func end(_ count: Int) -> Int { count < lines.count ? Int(lines[count].offset) : text.count }
}
