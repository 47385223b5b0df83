/// Text with `{name}` in it.
struct Template: Equatable {
  enum Part: Equatable {
    case text(String)
    case placeholder(String)
  }

  var parts: [Part]

  /// The names of the placeholders in order, each once.
  var names: [String] {
    var seen: Set<String> = []
    return parts.compactMap { part in
      if case .placeholder(let name) = part, seen.insert(name).inserted { name } else { nil }
    }
  }

  /// Reads a key or a part of a path. Throws why it cannot be read.
  init(_ text: String) throws(Refusal) {
    parts = []
    var rest = text[...]
    while let open = rest.utf8.firstIndex(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) {
      guard rest.utf8[open] == UInt8(ascii: "{") else { throw Refusal(reason: "a '}' without its '{'") }
      guard let close = rest.utf8[open...].firstIndex(of: UInt8(ascii: "}")) else {
        throw Refusal(reason: "a '{' without its '}'")
      }
      let name = String(rest[rest.utf8.index(after: open)..<close])
      if let refusal = IdentifierRules.refusal(name, mayBeginWithUnderscore: true) {
        throw Refusal(reason: "'{\(name)}' names no field: \(refusal)")
      }
      if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
      parts.append(.placeholder(name))
      rest = rest[rest.utf8.index(after: close)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
  }

  /// Why a text cannot be read.
  struct Refusal: Error, Equatable { var reason: String }
}
