/// A JSON value as it was sent.
public indirect enum JSONValue: Sendable, Hashable {
  /// `null`
  case null
  /// `true` or `false`
  case boolean(Bool)
  /// A number without fraction and exponent that fits.
  case integer(Int64)
  /// Any other number.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Members in order; each name once.
  case object([JSONMember])

  /// In words, for messages: `a string`.
  public var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .integer, .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue {
  /// Reads a whole text of JSON (RFC 8259): UTF-8 only, one value, each name of an object once, at most 64 levels deep.
  public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) { self = try JSONParser.parse(bytes) }
}

/// A member of an object.
public struct JSONMember: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// Its value.
  public var value: JSONValue

  /// A member.
  public init(_ name: String, _ value: JSONValue) {
    self.name = name
    self.value = value
  }
}

/// Why a text is not JSON.
public struct JSONSyntaxError: Error, Sendable, Hashable {
  /// Where, in bytes from 0.
  public var offset: Int
  /// What is wrong.
  public var detail: String
}
