internal import FoundationEssentials
public import Model

/// What agents and servers agree on, beside the messages themselves.
public enum AgentProtocol {
  /// Changes with every message that the other side would not understand. A server takes agents of its own number only.
  public static let version: Int64 = 1
  /// The header field that names the agent's process.
  public static let processField = "Wright-Agent"
  /// The header field that holds the lease's fence.
  public static let fenceField = "Wright-Fence"
  /// The longest that a request waits for news, in seconds: below what proxies take for a dead connection.
  public static let longestWait: Int64 = 30
  /// What of a log may go with a report, in bytes; the rest goes by itself.
  public static let inlineLogLimit = 64 << 10
  /// What of an artifact may go with its announcement, in bytes.
  public static let inlineArtifactLimit = 64 << 10
  /// The most bytes of a log in one request.
  public static let logBatchLimit = 1 << 20
  /// The most parts of a log with times of their own in one request.
  public static let logPartLimit = 200

  /// JSON of a message.
  public static func encode(_ message: some Encodable) throws -> [UInt8] {
    Array(try JSONEncoder().encode(message))
  }

  /// A message.
  public static func decode<Message: Decodable>(_ type: Message.Type, from bytes: [UInt8]) throws -> Message {
    try JSONDecoder().decode(type, from: Data(bytes))
  }

  /// What is wrong with a message, as a sentence.
  public static func explanation(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    let (what, context): (String, DecodingError.Context)
    switch error {
    case .keyNotFound(let key, let found): (what, context) = ("\(key.stringValue) is missing", found)
    case .valueNotFound(_, let found), .typeMismatch(_, let found), .dataCorrupted(let found):
      (what, context) = (found.debugDescription, found)
    @unknown default: return "the message makes no sense"
    }
    let path = context.codingPath.map(\.stringValue).joined(separator: "/")
    return path.isEmpty ? what : "/\(path): \(what)"
  }
}

/// What a process says when it asks for a build.
public struct ClaimRequest: Codable, Sendable, Hashable {
  /// The agent's name.
  public var agent: String
  /// Grows with each claim of the process: an older one that comes late is not for anybody.
  public var sequence: Int64
  /// The leases that it holds.
  public var holding: [HeldLease]
  /// How many builds it runs at once.
  public var slots: Int
  /// How many of them it runs now.
  public var busy: Int
  /// The driver types it has.
  public var drivers: [String]
  /// What is said of it.
  public var labels: [String: String]
  /// The version of its program.
  public var version: String
  /// `AgentProtocol.version` of its program.
  public var `protocol`: Int64
  /// What it runs on.
  public var machine: AgentMachine
  /// How long it waits, in seconds.
  public var wait: Int64

  enum CodingKeys: String, CodingKey, CaseIterable {
    case agent, sequence, holding, slots, busy, drivers, labels, version, `protocol`, machine
    case wait = "wait_seconds"
  }

  /// A claim.
  public init(
    agent: String, sequence: Int64, holding: [HeldLease], slots: Int, busy: Int, drivers: [String],
    labels: [String: String], version: String, protocol number: Int64 = AgentProtocol.version, machine: AgentMachine,
    wait: Int64
  ) {
    self.agent = agent
    self.sequence = sequence
    self.holding = holding
    self.slots = slots
    self.busy = busy
    self.drivers = drivers
    self.labels = labels
    self.version = version
    self.protocol = number
    self.machine = machine
    self.wait = wait
  }
}

/// What the server answers to a claim.
public struct ClaimAnswer: Codable, Sendable, Hashable {
  /// The build.
  public var assignment: Assignment
  /// The path of the server's cache that builds with Nix push to where they name none, by the agent's own token:
  /// `/cache/NAME`; nil where they do not.
  public var cachePath: String?

  enum CodingKeys: String, CodingKey {
    case assignment
    case cachePath = "cache_path"
  }

  /// An answer.
  public init(assignment: Assignment, cachePath: String?) {
    self.assignment = assignment
    self.cachePath = cachePath
  }
}

/// What a process asks when it listens for builds that are to end.
public struct StopRequestMessage: Codable, Sendable, Hashable {
  /// What it was told of already.
  public var told: [BuildID]
  /// How long it waits, in seconds.
  public var wait: Int64

  enum CodingKeys: String, CodingKey {
    case told
    case wait = "wait_seconds"
  }

  /// A question.
  public init(told: [BuildID], wait: Int64) {
    self.told = told
    self.wait = wait
  }
}

/// Builds that are to end.
public struct StopAnswer: Codable, Sendable, Hashable {
  /// The builds.
  public var stops: [BuildStop]

  /// An answer.
  public init(stops: [BuildStop]) { self.stops = stops }
}

/// How long a renewed lease lasts.
public struct RenewalAnswer: Codable, Sendable, Hashable {
  /// In milliseconds, from the request on.
  public var duration: Int64

  enum CodingKeys: String, CodingKey { case duration = "duration_ms" }

  /// An answer.
  public init(duration: Int64) { self.duration = duration }
}

/// How large a log is now.
public struct LogAnswer: Codable, Sendable, Hashable {
  /// Bytes.
  public var size: Int64

  /// An answer.
  public init(size: Int64) { self.size = size }
}
