/// Schemas of the OpenAPI document, as JSON text.
public enum JSONSchema {
  /// An array.
  public static func list(_ item: String) -> String { #"{"type":"array","items":\#(item)}"# }

  /// An answer's object: every property is there.
  public static func object(_ properties: [(String, String)]) -> String {
    let required = properties.map { "\"\($0.0)\"" }.joined(separator: ",")
    return #"{"type":"object","required":[\#(required)],"properties":{\#(members(properties))}}"#
  }

  /// A request's object: others are refused.
  public static func closed(_ required: [String], _ properties: [(String, String)]) -> String {
    let names = required.map { "\"\($0)\"" }.joined(separator: ",")
    return
      #"{"type":"object","required":[\#(names)],"additionalProperties":false,"properties":{\#(members(properties))}}"#
  }

  private static func members(_ properties: [(String, String)]) -> String {
    properties.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
  }
}
