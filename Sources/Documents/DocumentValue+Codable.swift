extension DocumentValue: Codable {
  /// Levels of nesting that are read: far more than any document has, far less than a stack.
  static let depthLimit = 64

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads any value. Members are in order of their names, because decoders do not tell another one.
  public init(from decoder: any Decoder) throws {
    guard decoder.codingPath.count <= Self.depthLimit else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: [], debugDescription: "it is nested deeper than \(Self.depthLimit) levels"))
    }
    if let container = try? decoder.container(keyedBy: Key.self) {
      let keys = container.allKeys.sorted { $0.stringValue < $1.stringValue }
      let members = try keys.map {
        DocumentMember($0.stringValue, try container.decode(DocumentValue.self, forKey: $0))
      }
      self = .mapping(members)
    } else if var container = try? decoder.unkeyedContainer() {
      var items: [DocumentValue] = []
      while !container.isAtEnd { items.append(try container.decode(DocumentValue.self)) }
      self = .list(items)
    } else {
      self = try Self.scalar(try decoder.singleValueContainer())
    }
  }

  private static func scalar(_ container: any SingleValueDecodingContainer) throws -> DocumentValue {
    if container.decodeNil() { return .null }
    if let text = try? container.decode(String.self) { return .text(text) }
    if let flag = try? container.decode(Bool.self) { return .flag(flag) }
    if let integer = try? container.decode(Int64.self) { return .integer(integer) }
    return .number(try container.decode(Double.self))
  }

  /// Writes the value. The order of members is that of the encoder.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .mapping(let members, _):
      var container = encoder.container(keyedBy: Key.self)
      for member in members { try container.encode(member.value, forKey: Key(stringValue: member.name)) }
    case .list(let items, _):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let text): try container.encode(text)
      case .flag(let flag): try container.encode(flag)
      case .integer(let integer): try container.encode(integer)
      case .number(let number): try container.encode(number)
      default: try container.encodeNil()
      }
    }
  }
}
