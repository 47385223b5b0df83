internal import Model
internal import Routing

/// The message that a build with Nix was asked for by, as its trigger keeps it.
struct NixRequestText: Sendable {
  /// Where a trigger has it.
  static let key = "request"

  /// Its values, each with its name.
  let leaves: [(name: String, value: String)]

  /// Nil where the trigger has none.
  init?(_ trigger: Trigger) {
    guard let text = trigger.data[Self.key], let value = try? JSONValue(parsing: Array(text.utf8)) else { return nil }
    leaves = Self.leaves(value, name: "")
  }

  /// What is run.
  var command: String? { leaves.first { $0.name == "command" }?.value }

  private static func leaves(_ value: JSONValue, name: String) -> [(name: String, value: String)] {
    switch value {
    case .object(let members): return members.flatMap { leaves($0.value, name: $0.name) }
    case .array(let values): return values.flatMap { leaves($0, name: name) }
    case .string(let text): return text.isEmpty ? [] : [(name, text)]
    case .integer(let number): return [(name, "\(number)")]
    case .number(let number): return [(name, "\(number)")]
    case .boolean(let flag): return [(name, flag ? "yes" : "no")]
    case .null: return []
    }
  }
}
