import Concurrency
import Files
import Glibc
import Logs
import LogsFile
import LogsS3
import Model
import ObjectStorage
import StoreConformance
import Testing

/// Against a server that speaks S3 and checks signatures: `scripts/with-s3` starts one and names it.
@Suite(.enabled(if: LogBucket.text != nil)) struct LogsS3Tests {
  private let job = JobID(rawValue: 5000)

  @Test(arguments: LogStoreConformance.requirements)
  func `is a log store whose ended logs are in the bucket`(requirement: LogStoreConformance.Requirement) async throws {
    let bucket = try LogBucket()
    try await LogStoreConformance { try await bucket.store(small: $0) }.check(requirement)
  }

  @Test func `a large log is in the bucket before its end is stored, and nothing of it is left here`() async throws {
    let bucket = try LogBucket()
    let text = LogBucket.text(lines: 200_000)
    let store = try await bucket.store()
    _ = try await store.append(job, at: 0, text, elapsedMilliseconds: 5)
    try await store.end([job]) { [bucket] ended in
      #expect(ended[job]?.content == nil)
      let size = try await bucket.client.size(of: "logs/1/5000.zst")
      #expect(size != nil)
      bucket.small.keep(ended)
    }
    try await LogBucket.eventually { try bucket.files().isEmpty }
    try await check(store, text)
    // Another server, which has never seen the job.
    try await check(bucket.other().store(), text)
  }

  private func check(_ store: LogsFile, _ text: [UInt8]) async throws {
    #expect(try await store.state(job) == LogState(size: Int64(text.count), lines: 200_000, ended: true))
    for offset in [0, 1_000_000, text.count - 10] {
      let expected = Array(text[offset...].prefix(3_000_000))
      #expect(try await store.read(job, from: Int64(offset), limit: 3_000_000) == expected)
    }
    let lines = try await store.lines(job, from: 150_000, limit: 2, byteLimit: 1000)
    #expect(lines.map { String(decoding: $0.text, as: UTF8.self) } == ["line 150000", "line 150001"])
    #expect(lines.map(\.elapsedMilliseconds) == [5, 5])
    await #expect(throws: LogError.ended(job)) {
      try await store.append(job, at: 0, [1], elapsedMilliseconds: 0)
    }
  }

  @Test func `while the bucket is away a log does not end, and nothing of it is lost`() async throws {
    let bucket = try LogBucket()
    let text = LogBucket.text(lines: 50_000)
    let store = try await bucket.store(away: true)
    _ = try await store.append(job, at: 0, text, elapsedMilliseconds: 5)
    let isAsked = Lock(false)
    await #expect {
      try await store.end([job]) { _ in isAsked.withLock { $0 = true } }
    } throws: { error in
      if case LogError.unavailable = error { true } else { false }
    }
    #expect(!isAsked.withLock { $0 })
    #expect(try await store.read(job, from: 0, limit: 100) == Array(text.prefix(100)))
    store.stop()
    // The process ends; the next one finds the bucket.
    let next = try await bucket.store()
    #expect(try await next.state(job).ended)
    try await next.end([job]) { ended in bucket.small.keep(ended) }
    try await LogBucket.eventually { try bucket.files().isEmpty }
    #expect(try await next.read(job, from: 1_000, limit: 100) == Array(text[1_000..<1_100]))
  }

  @Test func `a log whose end was stored before a crash is brought to the bucket after it`() async throws {
    let bucket = try LogBucket()
    let text = LogBucket.text(lines: 50_000)
    let first = try await bucket.store(away: true)
    _ = try await first.append(job, at: 0, text, elapsedMilliseconds: 5)
    await #expect(throws: LogError.self) { try await first.end([job]) { _ in } }
    first.stop()
    #expect(try bucket.files().contains("5000.ended"))
    bucket.small.keep([job: EndedLog(state: LogState(size: Int64(text.count), lines: 50_000, ended: true))])
    let next = try await bucket.store()
    try await LogBucket.eventually { try bucket.files().isEmpty }
    #expect(try await bucket.client.size(of: "logs/1/5000.zst") != nil)
    #expect(try await next.read(job, from: 1_000, limit: 100) == Array(text[1_000..<1_100]))
  }

  @Test func `what a server that has led before has left of a log does not count`() async throws {
    let bucket = try LogBucket()
    let text = LogBucket.text(lines: 50_000)
    let (first, other) = (try await bucket.store(), bucket.other())
    _ = try await first.append(job, at: 0, LogBucket.text(lines: 20_000), elapsedMilliseconds: 1)
    first.stop()
    let second = try await other.store()
    _ = try await second.append(job, at: 0, text, elapsedMilliseconds: 5)
    try await second.end([job]) { ended in other.small.keep(ended) }
    let again = try await bucket.store()
    try await LogBucket.eventually { try bucket.files().isEmpty }
    #expect(try await again.state(job).size == Int64(text.count))
  }

  @Test func `a removed log is gone from the bucket`() async throws {
    let bucket = try LogBucket()
    let store = try await bucket.store()
    _ = try await store.append(job, at: 0, LogBucket.text(lines: 50_000), elapsedMilliseconds: 5)
    try await store.end([job]) { ended in bucket.small.keep(ended) }
    try await LogBucket.eventually { try bucket.files().isEmpty }
    try await store.delete(job)
    #expect(try await bucket.client.size(of: "logs/1/5000.zst") == nil)
    #expect(try await store.state(job).size == 0)
  }
}

/// A prefix of its own in the bucket that tests may use, and a folder for what grows.
final class LogBucket: Sendable {
  static let text = getenv("WRIGHT_TEST_S3").map { String(cString: $0) }
  let client: BucketClient
  let small: SmallLogsInMemory
  let folder = "/tmp/wright-logs-\(UInt64.random(in: 0 ... .max))"

  init() throws {
    let text = try #require(Self.text).replacing("?", with: "/\(UInt64.random(in: 0 ... .max))?")
    let file = getenv("WRIGHT_TEST_S3_CREDENTIALS").map { String(cString: $0) }
    client = BucketClient(
      try BucketAddress(text: text), try BucketCredentials(file: file, profile: "default", environment: [:]))
    small = SmallLogsInMemory()
  }

  private init(of other: LogBucket) {
    client = other.client
    small = other.small
  }

  deinit { try? FileTree.removeTree(folder) }

  /// What another server has: the same bucket and database, and a folder of its own.
  func other() -> LogBucket { LogBucket(of: self) }

  /// A store over them; its bucket may be away.
  func store(small: SmallLogsInMemory? = nil, away: Bool = false) async throws -> LogsFile {
    let absent = BucketClient(
      try BucketAddress(text: "s3://b?endpoint=http://127.0.0.1:1"), try BucketCredentials(accessKey: "a", secret: "b"))
    let archive = LogsS3((away ? absent : client).patient(for: .zero))
    return try await LogsFile(directory: folder, small: small ?? self.small, archive: archive) { job, error in
      Issue.record("log of job \(job): \(error)")
    }
  }

  /// Logs that are here.
  func files() throws -> [String] { try FileTree.names(in: folder + "/live") }

  static func text(lines: Int) -> [UInt8] { Array((0..<lines).map { "line \($0)\n" }.joined().utf8) }

  /// Returns once the condition holds.
  static func eventually(_ condition: () throws -> Bool) async throws {
    for _ in 0..<6_000 {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it never came about")
  }
}
