public import FoundationEssentials
public import Model

/// What has happened to a build: first what was added to logs, then the changes, all or none of them.
public struct ProgressMessage: Codable, Sendable, Hashable {
  /// What was added to logs, in order.
  public var logs: [LoggedOutput]
  /// The changes, in order.
  public var changes: [ProgressChange]
  /// The agent's time of day. Where its clock is wrong, so are the times of the changes, by as much.
  public var sent: Timestamp

  enum CodingKeys: String, CodingKey {
    case logs, changes
    case sent = "sent_at"
  }

  /// A message.
  public init(logs: [LoggedOutput] = [], changes: [ProgressChange], sent: Timestamp) {
    self.logs = logs
    self.changes = changes
    self.sent = sent
  }
}

/// The end of an agent's work on a build.
public struct EndMessage: Codable, Sendable, Hashable {
  /// What happened before.
  public var progress: ProgressMessage
  /// How it ended.
  public var outcome: BuildOutcome
  /// The agent's next claim, which does not wait; nil where it makes none.
  public var claim: ClaimRequest?

  /// An end.
  public init(progress: ProgressMessage, outcome: BuildOutcome, claim: ClaimRequest?) {
    self.progress = progress
    self.outcome = outcome
    self.claim = claim
  }
}

/// A part of a job's log.
public struct LoggedOutput: Codable, Sendable, Hashable {
  /// The job.
  public var job: JobID
  /// Where it belongs.
  public var offset: Int64
  /// When each of its parts came.
  public var parts: LogParts
  /// The bytes, base 64 in JSON.
  public var bytes: Data

  enum CodingKeys: String, CodingKey {
    case job, offset
    case parts = "elapsed"
    case bytes = "base64"
  }

  /// A part.
  public init(job: JobID, offset: Int64, parts: LogParts, bytes: Data) {
    self.job = job
    self.offset = offset
    self.parts = parts
    self.bytes = bytes
  }
}

/// When the parts of a piece of a log came: each with the milliseconds since the job's start, and how many bytes it has.
/// As text `12:4096,32:100`; `12` alone is for all bytes.
public struct LogParts: Codable, Sendable, Hashable, CustomStringConvertible {
  /// A part.
  public struct Part: Sendable, Hashable {
    /// Milliseconds since the job's start.
    public var elapsedMilliseconds: Int64
    /// Bytes; nil for all that are left.
    public var count: Int?

    /// A part.
    public init(elapsedMilliseconds: Int64, count: Int?) {
      self.elapsedMilliseconds = elapsedMilliseconds
      self.count = count
    }
  }

  /// In order.
  public var parts: [Part]

  /// Parts in order.
  public init(_ parts: [Part]) { self.parts = parts }

  /// Reads the text; nil for what is none.
  public init?(text: String) {
    parts = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = numbers.first, let elapsed = Int64(first), elapsed >= 0,
        parts.count < AgentProtocol.logPartLimit, parts.last.map({ $0.count != nil }) != false
      else { return nil }
      var count: Int?
      if numbers.count == 2 {
        guard let number = Int(numbers[1]), number > 0 else { return nil }
        count = number
      }
      parts.append(Part(elapsedMilliseconds: elapsed, count: count))
    }
  }

  /// The text.
  public var description: String {
    parts.map { part in "\(part.elapsedMilliseconds)" + (part.count.map { ":\($0)" } ?? "") }.joined(separator: ",")
  }

  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let read = LogParts(text: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "elapsed is like 12 or 12:4096,32:100")
    }
    self = read
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Cuts `bytes` into its parts; nil where they are not as many as the parts say.
  public func cut(_ bytes: [UInt8]) -> [(elapsedMilliseconds: Int64, bytes: [UInt8])]? {
    if parts.count == 1, parts[0].count == nil { return [(parts[0].elapsedMilliseconds, bytes)] }
    var pieces: [(elapsedMilliseconds: Int64, bytes: [UInt8])] = []
    var rest = bytes[...]
    for part in parts {
      let count = part.count ?? rest.count
      guard count <= rest.count else { return nil }
      pieces.append((part.elapsedMilliseconds, Array(rest.prefix(count))))
      rest = rest.dropFirst(count)
    }
    return rest.isEmpty ? pieces : nil
  }
}
