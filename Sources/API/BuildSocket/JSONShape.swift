internal import Routing

/// What a JSON value has to look like: as much of JSON Schema as messages of builds need.
indirect enum JSONShape: Sendable {
  case string
  case number
  case boolean
  case array(of: JSONShape)
  /// `isOpen` allows members that are not named.
  case object([String: JSONShape], required: Set<String> = [], isOpen: Bool = false)

  /// Whether a value looks so.
  func accepts(_ value: JSONValue) -> Bool {
    switch (self, value) {
    case (.string, .string), (.boolean, .boolean), (.number, .integer), (.number, .number): return true
    case (.array(let shape), .array(let values)): return values.allSatisfy(shape.accepts)
    case (.object(let shapes, let required, let isOpen), .object(let members)):
      return required.isSubset(of: members.map(\.name))
        && members.allSatisfy { shapes[$0.name]?.accepts($0.value) ?? isOpen }
    default: return false
    }
  }
}

extension JSONValue {
  /// The member of this name, where it is an object that has one.
  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text, where it is one that is not empty.
  var text: String? { if case .string(let text) = self, !text.isEmpty { text } else { nil } }

  var flag: Bool? { if case .boolean(let flag) = self { flag } else { nil } }

  /// A number as a program's argument.
  var numeral: String? {
    switch self {
    case .integer(let number): "\(number)"
    case .number(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    default: nil
    }
  }

  var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}
