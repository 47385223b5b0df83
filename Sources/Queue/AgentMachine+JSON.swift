internal import FoundationEssentials

extension AgentMachine {
  /// As it is stored.
  public var json: String { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "" }

  /// Reads `json`; nil where an agent has not said anything.
  public init?(json: String) {
    guard let machine = try? JSONDecoder().decode(AgentMachine.self, from: Data(json.utf8)) else { return nil }
    self = machine
  }
}
