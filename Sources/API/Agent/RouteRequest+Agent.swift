internal import HTTPServer
internal import Model
internal import Queue
internal import Routing

extension RouteRequest {
  /// The process that calls: the user whose token it has, and what it calls itself.
  func process() throws -> AgentProcess {
    let instance = http.headers[AgentProtocol.processField] ?? ""
    let isPlain = instance.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard isPlain, (16...200).contains(instance.utf8.count) else {
      throw Problem(
        422, "the field \(AgentProtocol.processField) names the agent's process: 16 to 200 letters, digits, -, _ and .")
    }
    return AgentProcess(owner: try caller().user, instance: instance)
  }

  /// The lease that the path and the field of its fence name, which is the calling process's.
  func lease(in gateway: any AgentGateway) throws -> Lease {
    let lease = try namedLease()
    guard gateway.holds(try process(), lease) else { throw QueueError.staleLease(lease.build) }
    return lease
  }

  /// The same, whoever has it.
  func namedLease() throws -> Lease {
    let build: BuildID = try identifier("build")
    guard let fence = Int64(digits: http.headers[AgentProtocol.fenceField] ?? ""), fence > 0 else {
      throw Problem(422, "the field \(AgentProtocol.fenceField) holds the lease's fence, a number from 1")
    }
    return Lease(build: build, fence: fence, attempt: 0, durationMilliseconds: 0)
  }

  /// The job that the path names.
  func job() throws -> JobID {
    let text = parameters["job"] ?? ""
    guard let number = Int64(digits: text), number > 0 else {
      throw Problem.notFound("there is no job \(text.shortened)")
    }
    return JobID(rawValue: number)
  }

  /// The body as a message of the agents' protocol.
  func message<Message: Decodable>(_ type: Message.Type, limit: Int = 16 << 20) async throws -> Message {
    let bytes = try await http.body.collect(upTo: limit)
    do { return try AgentProtocol.decode(type, from: bytes) } catch {
      throw Problem(422, "the message is not understood: \(AgentProtocol.explanation(error).shortened)")
    }
  }
}

extension HTTPResponse {
  /// A message of the agents' protocol.
  static func message(_ message: some Encodable) throws -> HTTPResponse {
    .json(try AgentProtocol.encode(message), headers: ["Cache-Control": "no-store"])
  }

  /// Nothing to say.
  static let nothing = HTTPResponse(status: 204, headers: ["Cache-Control": "no-store"])
}

extension Problem {
  /// A refusal of the queue, with all that an agent needs to go on.
  init(_ error: QueueError, status: Int) {
    let message = QueueErrorMessage(error)
    self.init(status, message.detail, type: message.type)
    let numbers: [(String, Int64?)] = [
      ("build", message.build?.rawValue), ("job", message.job?.rawValue), ("expected", message.expected),
      ("limit", message.limit),
    ]
    members = numbers.compactMap { name, value in value.map { JSONMember(name, .integer($0)) } }
    if let state = message.state { members.append(JSONMember("state", .string(state.rawValue))) }
    if let name = message.name { members.append(JSONMember("name", .string(name))) }
  }
}
