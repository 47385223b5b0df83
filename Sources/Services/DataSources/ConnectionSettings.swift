internal import Routing

/// How a data source is reached. What is not set is not in it.
struct ConnectionSettings: Sendable, Hashable {
  /// The most characters of a setting.
  private static let textLimit = 4096

  /// The settings of the type.
  let fields: [ConnectionField]
  private(set) var values: [String: JSONValue] = [:]

  /// Nothing is set.
  init(type: String) { fields = ConnectionField.all(of: type) }

  /// What `json` wrote.
  init(type: String, json: String) {
    self.init(type: type)
    guard case .object(let members)? = try? JSONValue(parsing: Array(json.utf8)) else { return }
    for member in members where fields.contains(where: { $0.name == member.name }) {
      values[member.name] = member.value
    }
  }

  /// A setting that is a text; empty where it is not set.
  func text(_ name: String) -> String {
    if case .string(let text)? = values[name] { text } else { "" }
  }

  /// A setting that is a number.
  func number(_ name: String) -> Int64? {
    if case .integer(let number)? = values[name] { number } else { nil }
  }

  /// These settings with those of a request: what it leaves out or sets to null is not set any more, but for secrets,
  /// which stay until an empty text takes them away. Throws a `Problem` with everything that is wrong with them.
  func changed(by value: JSONValue, at pointer: String) throws -> ConnectionSettings {
    var request = try JSONFields(value, at: pointer)
    var changed = self
    for field in fields {
      let value = Self.value(of: field, in: &request)
      if value == nil && field.isSecret { continue }
      changed.values[field.name] = value == .string("") ? nil : value
    }
    try request.finish()
    return changed
  }

  private static func value(of field: ConnectionField, in request: inout JSONFields) -> JSONValue? {
    switch field.kind {
    case .text, .secret:
      guard let text = request.string(field.name) else { return nil }
      if text.utf8.count > textLimit { request.refuse(field.name, "\(field.name) is longer than \(textLimit) bytes") }
      return .string(text)
    case .number(let range):
      guard let number = request.integer(field.name) else { return nil }
      if !range.contains(number) {
        request.refuse(field.name, "\(field.name) is a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return .integer(number)
    case .choice(let choices):
      guard let text = request.string(field.name), !text.isEmpty else { return nil }
      if !choices.contains(text) {
        request.refuse(
          field.name, "\(field.name) is one of \(choices.joined(separator: ", ")), not '\(text.shortened)'")
      }
      return .string(text)
    }
  }

  /// For the store: secrets in clear.
  var json: String {
    var writer = JSONWriter()
    writer.value(.object(fields.compactMap { field in values[field.name].map { JSONMember(field.name, $0) } }))
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// For answers: of a secret only whether it is set.
  var shown: JSONValue {
    .object(
      fields.flatMap { field -> [JSONMember] in
        guard field.isSecret else { return [JSONMember(field.name, values[field.name] ?? .null)] }
        return [
          JSONMember(field.name, .null), JSONMember(field.name + "_set", .boolean(values[field.name] != nil)),
        ]
      })
  }
}
