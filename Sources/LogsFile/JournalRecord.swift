internal import Crypto
internal import Files
internal import Model

/// An entry of the journal: bytes that were appended to a log, or the end of what is wanted of it.
struct JournalRecord: Equatable {
  var job: JobID
  /// Where the bytes belong in the log; negative for an end.
  var offset: Int64
  /// When they came, since the job's start.
  var milliseconds: Int64
  var bytes: [UInt8]

  var isEnd: Bool { offset < 0 }

  static func end(of job: JobID) -> JournalRecord {
    JournalRecord(job: job, offset: -1, milliseconds: 0, bytes: [])
  }

  /// Brings the set of jobs with wanted bytes up to date.
  func change(_ wanted: inout Set<JobID>) {
    if isEnd { wanted.remove(job) } else { wanted.insert(job) }
  }

  /// Bytes before the payload: checksum, job, offset, time, count.
  static let headerSize = 40
  /// No record is longer, so that a damaged count costs no memory.
  static let maximumPayload = 1 << 20

  /// The form in the file: everything little-endian, the first eight bytes those of the SHA-256 of the rest.
  func encoded() throws -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(Self.headerSize + bytes.count)
    for value in [0, job.rawValue, offset, milliseconds, Int64(bytes.count)] { body.append(littleEndian: value) }
    body += bytes
    body.replaceSubrange(0..<8, with: try Self.checksum(body[8...]))
    return body
  }

  /// The record at the beginning of `bytes`; nil where there is none that is complete.
  init?(_ bytes: ArraySlice<UInt8>) throws {
    guard let size = Self.size(bytes), bytes.count >= size else { return nil }
    let own = Array(bytes.prefix(size))
    guard try Self.checksum(own[8...]).elementsEqual(own[..<8]), let job = own.littleEndian64(at: 8),
      let offset = own.littleEndian64(at: 16), let milliseconds = own.littleEndian64(at: 24)
    else { return nil }
    self.init(
      job: JobID(rawValue: job), offset: offset, milliseconds: milliseconds, bytes: Array(own[Self.headerSize...]))
  }

  init(job: JobID, offset: Int64, milliseconds: Int64, bytes: [UInt8]) {
    self.job = job
    self.offset = offset
    self.milliseconds = milliseconds
    self.bytes = bytes
  }

  /// The size of the record at the beginning of `bytes`, whether or not all of it is there; nil where it cannot be one.
  static func size(_ bytes: ArraySlice<UInt8>) -> Int? {
    guard bytes.count >= headerSize, let count = Array(bytes.prefix(headerSize)).littleEndian64(at: 32),
      (0...Int64(maximumPayload)).contains(count)
    else { return nil }
    return headerSize + Int(count)
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) throws -> ArraySlice<UInt8> {
    var hash = try SHA256()
    bytes.withUnsafeBytes { hash.update($0) }
    return try hash.finish()[..<8]
  }
}

/// A walk over the records of a journal's file, up to the first that is not complete. Holds a piece of it at a time.
struct JournalWalk {
  private static let pieceSize = 256 << 10

  private let file: FileDescriptor
  private var buffer: [UInt8] = []
  private var used = 0
  /// Where the next record begins, in the file.
  private(set) var position: Int64 = 0

  init(_ file: FileDescriptor) { self.file = file }

  /// The next record; nil after the last complete one.
  mutating func next() throws -> JournalRecord? {
    while true {
      let rest = buffer[used...]
      if let record = try JournalRecord(rest) {
        let size = JournalRecord.headerSize + record.bytes.count
        used += size
        position += Int64(size)
        return record
      }
      let needed = rest.count < JournalRecord.headerSize ? JournalRecord.headerSize : JournalRecord.size(rest) ?? 0
      // All of it is there, and it is not a record.
      guard rest.count < needed else { return nil }
      let more = try file.read(count: max(Self.pieceSize, needed), at: position + Int64(rest.count))
      if more.isEmpty { return nil }
      buffer = Array(rest) + more
      used = 0
    }
  }
}
