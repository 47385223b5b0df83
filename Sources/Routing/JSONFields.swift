public import HTTPServer

/// Reads the members of a request's object one by one and notes everything that is wrong, so that the caller hears of
/// all of it at once. Members that nobody read are refused: a misspelt one is not silently lost.
public struct JSONFields: Sendable {
  private var members: [String: JSONValue]
  private let pointer: String
  /// What is wrong so far.
  public private(set) var errors: [ProblemField] = []

  /// The members of an object; another value is a `Problem` 422. `pointer` says where the object is in the body.
  public init(_ value: JSONValue, at pointer: String = "") throws {
    guard case .object(let members) = value else {
      throw Problem.invalid(pointer, "an object is expected, not \(value.kind)")
    }
    self.members = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    self.pointer = pointer
  }

  /// A text that has to be there; empty where it is not, which is noted.
  public mutating func requiredString(_ name: String, allowingNUL: Bool = false) -> String {
    if members[name] == nil || members[name] == .null { refuse(name, "\(name) is required") }
    return string(name, allowingNUL: allowingNUL) ?? ""
  }

  /// A text; nil where it is absent or `null`. A NUL character is refused, since neither databases nor processes
  /// take one, unless `allowingNUL`.
  public mutating func string(_ name: String, allowingNUL: Bool = false) -> String? {
    switch members.removeValue(forKey: name) {
    case nil, .null: return nil
    case .string(let text):
      if !allowingNUL, text.utf8.contains(0) { refuse(name, "\(name) must not hold NUL characters") }
      return text
    case let value?: return wrongType(name, "a string", value)
    }
  }

  /// `true` or `false`; nil where it is absent or `null`.
  public mutating func boolean(_ name: String) -> Bool? {
    switch members.removeValue(forKey: name) {
    case nil, .null: return nil
    case .boolean(let value): return value
    case let value?: return wrongType(name, "true or false", value)
    }
  }

  /// A whole number; nil where it is absent or `null`.
  public mutating func integer(_ name: String) -> Int64? {
    switch members.removeValue(forKey: name) {
    case nil, .null: return nil
    case .integer(let value): return value
    case .number(let value):
      // JSON does not tell 5 from 5.0.
      guard let whole = Int64(exactly: value) else { return wrongType(name, "a whole number", .number(value)) }
      return whole
    case let value?: return wrongType(name, "a whole number", value)
    }
  }

  /// An array of texts; nil where it is absent or `null`.
  public mutating func strings(_ name: String) -> [String]? {
    switch members.removeValue(forKey: name) {
    case nil, .null: return nil
    case .array(let values):
      return values.enumerated().compactMap { index, value in
        guard case .string(let text) = value else { return wrongType("\(name)/\(index)", "a string", value) }
        if text.utf8.contains(0) { refuse("\(name)/\(index)", "the text must not hold NUL characters") }
        return text
      }
    case let value?: return wrongType(name, "an array of strings", value)
    }
  }

  /// Any value; nil where it is absent.
  public mutating func value(_ name: String) -> JSONValue? { members.removeValue(forKey: name) }

  /// Notes that a part is wrong; `name` is a member, or a place in one, as in `tags/3`.
  public mutating func refuse(_ name: String, line: Int? = nil, column: Int? = nil, _ detail: String) {
    errors.append(ProblemField(pointer: pointer + "/" + name, line: line, column: column, detail: detail))
  }

  /// Notes what is wrong with a part that somebody else has read; pointers are those of the body.
  public mutating func refuse(_ others: [ProblemField]) { errors += others }

  /// Throws a `Problem` 422 with everything that was noted, members that nobody read included.
  public mutating func finish() throws {
    for name in members.keys.sorted() {
      let escaped = name.shortened.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
        .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
      refuse(escaped, "there is no field '\(name.shortened)' here")
    }
    members = [:]
    if !errors.isEmpty { throw Problem.invalid(errors) }
  }

  private mutating func wrongType<Value>(_ name: String, _ expected: String, _ value: JSONValue) -> Value? {
    refuse(name, "\(expected) is expected, not \(value.kind)")
    return nil
  }
}

extension HTTPRequest {
  /// The body as JSON. Throws a `Problem`: 415 for another `Content-Type`, 413 past `limit` bytes, 400 for what is
  /// not JSON. With `anyType`, `Content-Type` may say anything or be missing.
  public func json(limit: Int, anyType: Bool = false) async throws -> JSONValue {
    let type = headers["Content-Type"]?.split(separator: ";").first?.trimmingSpaces().lowercased()
    guard anyType || type == "application/json" else {
      throw Problem(415, "send the body as Content-Type: application/json")
    }
    if let length = headers["Content-Length"].flatMap({ Int64(digits: $0) }), length > limit {
      throw HTTPBodyError.tooLarge(limit: limit)
    }
    do {
      return try JSONParser.parse(try await body.collect(upTo: limit))
    } catch let error as JSONSyntaxError {
      throw Problem(400, "the body is not JSON: \(error.detail), at byte \(error.offset)")
    }
  }

  /// The members of the body's object; see `json(limit:)`.
  public func jsonFields(limit: Int) async throws -> JSONFields { try JSONFields(try await json(limit: limit)) }
}
