internal import YAML

/// The keys that a mapping may have.
public struct KeySet: Sendable {
  /// What the mapping is, for messages: `a job`.
  public var of: String
  /// The keys that it may have, in the order of messages.
  public var known: [String]
  /// Keys that a later version will understand: refused rather than ignored, so that nobody relies on them.
  public var later: Set<String>
  /// Keys that belong somewhere else, and where.
  public var elsewhere: [String: String]

  /// Keys of a mapping.
  public init(of: String, known: [String], later: Set<String> = [], elsewhere: [String: String] = [:]) {
    self.of = of
    self.known = known
    self.later = later
    self.elsewhere = elsewhere
  }

  /// The sentence that refuses `key`, with the key that was most likely meant.
  public func refusal(of key: String) -> String {
    if later.contains(key) { return "'\(key)' is not supported by this version of wright; remove it" }
    if let place = elsewhere[key] { return "'\(key)' is not a key of \(of); it belongs in \(place)" }
    let name = quoted(key)
    if let near = nearestName(to: key, in: known) { return "unknown key \(name); did you mean '\(near)'?" }
    return "unknown key \(name); \(of) has the keys \(known.joined(separator: ", "))"
  }
}

/// The known keys of a mapping that have a value.
public struct Fields {
  private var places: [String: Place] = [:]
  /// The value of `key`.
  public subscript(_ key: String) -> Place? {
    get { places[key] }
    set { places[key] = newValue }
  }
}

/// Reads values out of a tree, and notes what is wrong with them.
public protocol DocumentReader {
  /// What is wrong so far.
  var diagnostics: DiagnosticList { get set }
}

extension DocumentReader {
  /// The fields of a mapping, with an error for each key that it may not have. A key without a value counts as
  /// absent. nil where `place` is not a mapping, which is an error too.
  public mutating func fields(of place: Place, _ keys: KeySet) -> Fields? {
    guard let entries = place.node.entries else {
      expected("a mapping with the keys \(keys.known.joined(separator: ", "))", at: place)
      return nil
    }
    var fields = Fields()
    for entry in entries {
      let pointer = place.pointer.key(entry.key)
      if !keys.known.contains(entry.key) {
        diagnostics.error(keys.refusal(of: entry.key), at: entry.mark, pointer)
      } else if !entry.value.isNull {
        fields[entry.key] = Place(node: entry.value, pointer: pointer)
      }
    }
    return fields
  }

  /// The items of a list; an absent list has none. `of` names them: `a list of commands`.
  public mutating func items(_ place: Place?, of name: String) -> [Place] {
    guard let place else { return [] }
    guard let items = place.node.items else {
      expected("a list of \(name), each on a line that begins with '- '", at: place)
      return []
    }
    return items.enumerated().map { place.item($0.offset, $0.element) }
  }

  /// The text at `place`; an error and nil where there is none, or where it holds what no file name, variable or
  /// command can hold.
  public mutating func text(_ place: Place, _ expectation: String) -> String? {
    guard let scalar = place.node.scalar, !scalar.isNull else {
      expected(expectation, at: place)
      return nil
    }
    guard !scalar.text.utf8.contains(0) else {
      diagnostics.error("the text holds a NUL character, which is not allowed", at: place)
      return nil
    }
    return scalar.text
  }

  /// As `text`, for a name: one line, at most 255 bytes, no control characters, no space around it.
  public mutating func nameText(_ place: Place, _ expectation: String) -> String? {
    guard let text = text(place, expectation) else { return nil }
    guard let refusal = nameRefusal(text) else { return text }
    diagnostics.error("\(quoted(text)) cannot be a name: \(refusal)", at: place)
    return nil
  }

  /// Notes that something else stands at `place`.
  public mutating func expected(_ expectation: String, at place: Place) {
    let found: String
    switch place.node.content {
    case .unusable: return
    case .scalar(let scalar) where scalar.isNull: found = "nothing"
    case .scalar(let scalar): found = quoted(scalar.text)
    case .sequence: found = "a list"
    case .mapping: found = "a mapping (quote a text that holds ': ')"
    }
    diagnostics.error("expected \(expectation); found \(found)", at: place)
  }
}

private func nameRefusal(_ text: String) -> String? {
  if text.isEmpty { return "it is empty" }
  if text.utf8.count > 255 { return "it is longer than 255 bytes" }
  if text.hasControlCharacter { return "it holds a line break or another control character" }
  if text.first == " " || text.last == " " { return "it begins or ends with a space" }
  return nil
}

/// `'text'` for a message: on one line and not long.
public func quoted(_ text: String) -> String {
  var line = ""
  for scalar in text.unicodeScalars.prefix(60) {
    line.unicodeScalars.append(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) ? "?" : scalar)
  }
  return text.unicodeScalars.count > 60 ? "'\(line)...'" : "'\(line)'"
}

extension StringProtocol {
  /// True where a terminal or a file name would not take it as text.
  public var hasControlCharacter: Bool {
    unicodeScalars.contains { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }
  }
}
