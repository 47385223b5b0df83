import Files
import FoundationEssentials
import Model
import Queue
import Testing

@testable import CoordinatorHTTP

@Suite struct MessageTests {
  static let errors: [QueueError] = [
    .notFound(BuildID(rawValue: 3)), .finished(BuildID(rawValue: 3), .timedOut), .staleLease(BuildID(rawValue: 4)),
    .logGap(JobID(rawValue: 5), expected: 17), .logFull(JobID(rawValue: 5), limit: 9),
    .artifactTooLarge(name: "a \"b\"", limit: 1), .noSpace("the log could not be written"), .unavailable("later"),
    .invalid("no"),
  ]

  @Test(arguments: errors)
  func `An error of the queue is the same on the other side`(_ error: QueueError) throws {
    let bytes = try AgentProtocol.encode(QueueErrorMessage(error))
    let message = try AgentProtocol.decode(QueueErrorMessage.self, from: bytes)
    #expect(message.error == error && message.type.hasPrefix("urn:wright:"))
  }

  @Test(arguments: [
    "about:blank", "urn:wright:", "urn:wright:nonsense", "urn:wright:log-gap", "urn:wright:agent-version",
  ])
  func `What is no error of the queue is none`(_ type: String) throws {
    let message = try AgentProtocol.decode(
      QueueErrorMessage.self, from: Array(#"{"type":"\#(type)","detail":"x"}"#.utf8))
    #expect(message.error == nil)
  }

  @Test(arguments: [
    ("12", "abc", ["12:abc"]), ("12:2,13:1", "abc", ["12:ab", "13:c"]), ("1:1,2", "abc", ["1:a", "2:bc"]),
    ("0:3", "abc", ["0:abc"]), ("5", "", ["5:"]),
  ])
  func `Parts of a log are cut as they were said`(_ text: String, _ bytes: String, _ expected: [String]) throws {
    let parts = try #require(LogParts(text: text))
    let pieces = try #require(parts.cut(Array(bytes.utf8)))
    #expect(pieces.map { "\($0.elapsedMilliseconds):\(String(decoding: $0.bytes, as: UTF8.self))" } == expected)
    #expect(parts.description == text)
  }

  @Test(arguments: ["", "-1", "a", "1:", "1:0", "1:-2", "1,2", "1:2,", "1:2,3:4,5,6", "99999999999999999999"])
  func `What are no parts is refused`(_ text: String) { #expect(LogParts(text: text) == nil) }

  @Test(arguments: ["0:4", "0:2", "0:1,1:1"])
  func `Parts of another number of bytes are refused`(_ text: String) throws {
    #expect(try #require(LogParts(text: text)).cut(Array("abc".utf8)) == nil)
  }

  @Test func `Changes are the same on the other side`() throws {
    let (job, time) = (JobID(rawValue: 7), Timestamp(milliseconds: 1_700_000_000_123))
    let changes: [ProgressChange] = [
      .started(job, at: time), .finished(job, .skipped, exitCode: nil, at: time),
      .finished(job, .failed, exitCode: -3, at: time), .commit("abc"), .nix(job, NixProgress(built: 3)),
      .results(job, ResultBatch(firstMessage: 1, messages: [], firstTest: 2, tests: [], counts: ResultCounts())),
    ]
    let message = ProgressMessage(
      logs: [
        LoggedOutput(
          job: job, offset: 9, parts: LogParts([.init(elapsedMilliseconds: 1, count: nil)]), bytes: Data([0, 255, 10]))
      ], changes: changes, sent: time)
    #expect(try AgentProtocol.decode(ProgressMessage.self, from: AgentProtocol.encode(message)) == message)
  }

  @Test(arguments: [
    ("1.aaaa.p1", "1.aaaa.p2", true), ("1.aaaa.p1", "1.aaaa.p1", false), ("1.aaaa.p1", "2.aaaa.p2", false),
    ("1.aaaa.p1", "1.aaab.p2", false), ("1.plain", "1.other", false), ("1.aaaa.p1", "in-process", false),
  ])
  func `A process succeeds another of its installation`(_ one: String, _ other: String, _ expected: Bool) throws {
    let parts = one.split(separator: ".", maxSplits: 1)
    let owner = UserID(rawValue: try #require(Int64(parts[0])))
    let process = AgentProcess(owner: owner, instance: String(parts[1]))
    #expect(process.instance == one && process.succeeds(other) == expected)
  }
}

@Suite struct LogSpoolTests {
  private func path() -> String { "/tmp/wright-spool-\(UInt64.random(in: 0 ... .max))" }

  @Test func `What was appended is read back from any byte, in memory or in the file`() throws {
    var spool = LogSpool(path: path())
    defer { spool.remove() }
    var all: [UInt8] = []
    for number in 0..<500 {
      let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: number % 700 + 1)
      all += bytes
      try spool.append(bytes, elapsedMilliseconds: Int64(number))
    }
    #expect(spool.end == Int64(all.count))
    for offset in [0, 1, 65_535, 65_536, 100_000, all.count - 1, all.count] {
      var (place, read, times): (Int64, [UInt8], [Int64]) = (Int64(offset), [], [])
      while true {
        let (bytes, parts) = try spool.read(from: place, limit: 5000)
        if bytes.isEmpty { break }
        #expect(parts.parts.reduce(0) { $0 + ($1.count ?? 0) } == bytes.count)
        #expect(parts.parts.count <= AgentProtocol.logPartLimit)
        read += bytes
        times += parts.parts.map(\.elapsedMilliseconds)
        place += Int64(bytes.count)
      }
      #expect(read == Array(all[offset...]))
      #expect(times == times.sorted() && (times.isEmpty || times.last == 499))
    }
  }

  @Test func `A small log needs no file, and a removed one leaves none`() throws {
    let path = path()
    var spool = LogSpool(path: path)
    try spool.append([UInt8](repeating: 1, count: 1000), elapsedMilliseconds: 0)
    #expect(try FileTree.status(path) == nil)
    try spool.append([UInt8](repeating: 1, count: 100_000), elapsedMilliseconds: 0)
    #expect(try FileTree.status(path)?.size == 101_000)
    spool.remove()
    #expect(try FileTree.status(path) == nil)
  }

  @Test func `Times of very many parts become less exact, and no byte is lost`() throws {
    var spool = LogSpool(path: path())
    defer { spool.remove() }
    for number in 0..<50_000 { try spool.append([7], elapsedMilliseconds: Int64(number)) }
    var place: Int64 = 0
    var last: Int64 = -1
    while place < 50_000 {
      let (bytes, parts) = try spool.read(from: place, limit: 1 << 20)
      #expect(!bytes.isEmpty)
      for part in parts.parts {
        #expect(part.elapsedMilliseconds > last)
        last = part.elapsedMilliseconds
      }
      place += Int64(bytes.count)
    }
    #expect(place == 50_000 && last == 49_999)
  }

  @Test func `What is given up on a full disk makes room for what follows`() throws {
    var spool = LogSpool(path: path())
    defer { spool.remove() }
    try spool.append([UInt8](repeating: 1, count: 100_000), elapsedMilliseconds: 0)
    try spool.append([2, 3], elapsedMilliseconds: 1)
    try spool.drop(before: 100_001)
    try spool.append([UInt8](repeating: 4, count: 70_000), elapsedMilliseconds: 2)
    #expect(spool.start == 100_001 && spool.end == 170_002)
    let (bytes, _) = try spool.read(from: 100_001, limit: 1 << 20)
    #expect(bytes == [3] + [UInt8](repeating: 4, count: 70_000))
  }
}
