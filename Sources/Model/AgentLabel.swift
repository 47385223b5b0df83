/// `key=value`: what is said of an agent, and what a build asks of the one that takes it.
public struct AgentLabel: Sendable, Hashable {
  /// What it is about: `gpu`.
  public var key: String
  /// Which it is: `a100`.
  public var value: String

  /// The most labels that a build or an agent may have.
  public static let limit = 32
  /// What keys and values are made of, for people.
  public static let rule = "1 to 63 letters, digits, '-', '_', '.', '/', ':', '+' and '@' on each side of the '='"

  /// Reads `key=value`; nil where it is not as `rule` says.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts.allSatisfy(Self.isPart) else { return nil }
    (key, value) = (parts[0], parts[1])
  }

  private static func isPart(_ part: String) -> Bool {
    (1...63).contains(part.utf8.count)
      && part.utf8.allSatisfy { byte in
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
          || "-_./:+@".utf8.contains(byte)
      }
  }
}

extension [String: String] {
  /// Labels as people write them: `key=value`, in order of their keys.
  public var labelTexts: [String] { sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }

  /// Reads labels as settings and arguments write them: `k=v,k=v`. Throws a sentence on the first that is none, is there
  /// twice, or is one too many.
  public init(labels text: String) throws(AgentLabelError) {
    self.init()
    for part in text.split(separator: ",") {
      let text = String(part.drop { $0 == " " })
      guard let label = AgentLabel(text) else {
        throw AgentLabelError("'\(text.prefix(80))' is not a label; write key=value with \(AgentLabel.rule)")
      }
      guard updateValue(label.value, forKey: label.key) == nil else {
        throw AgentLabelError("the label '\(label.key)' is there twice")
      }
    }
    if count > AgentLabel.limit {
      throw AgentLabelError("\(count) labels are too many; there may be \(AgentLabel.limit)")
    }
  }
}

/// Why a text does not hold labels, as a sentence.
public struct AgentLabelError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The sentence.
  public var description: String
  /// Says `description`.
  public init(_ description: String) { self.description = description }
}
