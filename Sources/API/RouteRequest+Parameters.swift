internal import HTTPServer
internal import Model
internal import Routing

extension RouteRequest {
  /// The path's `{id}`; a `Problem` 404 for what cannot name anything.
  func identifier<ID: Identifier>(_ kind: String, as type: ID.Type = ID.self) throws -> ID {
    let text = parameters["id"] ?? ""
    guard let number = Int64(digits: text), number > 0 else {
      throw Problem.notFound("there is no \(kind) \(text.shortened)")
    }
    return ID(rawValue: number)
  }

  /// A query parameter that is one of an enumeration's values; nil where it is absent or empty.
  func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, where isAllowed: (Value) -> Bool = { _ in true }
  ) throws -> Value? where Value.RawValue == String {
    guard let text = http.query(name), !text.isEmpty else { return nil }
    guard let value = Value(rawValue: text), isAllowed(value) else {
      let all = Value.allCases.filter(isAllowed).map(\.rawValue).joined(separator: ", ")
      throw Problem(422, "\(name) is one of \(all), not '\(text.shortened)'")
    }
    return value
  }

  /// A query parameter that is a number from 0; `absent` where it is not there.
  func number(_ name: String, absent: Int64) throws -> Int64 {
    guard let text = http.query(name) else { return absent }
    guard let number = Int64(digits: text) else {
      throw Problem(422, "\(name) is a number from 0, not '\(text.shortened)'")
    }
    return number
  }

  /// A query parameter that is text; nil where it is absent or empty.
  func text(_ name: String) -> String? {
    guard let text = http.query(name), !text.isEmpty else { return nil }
    return text
  }
}
