/// How an HTTP method is reached.
public struct ResolvedRoute: Sendable, Hashable {
  /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
  public let verb: String
  /// The parts of the path between its slashes; none for `/`. Where a path fits two routes, the one with text at the
  /// first place where they differ is meant.
  public let path: [PathPart]
  /// Where each field of the request comes from, in the order of the request.
  public let locations: [FieldLocation]

  /// The path as text: `/products/{id}`.
  public var pathText: String {
    "/"
      + path.map { part in
        switch part {
        case .text(let text): text
        case .field(let name): "{\(name)}"
        }
      }.joined(separator: "/")
  }

  /// The names of the fields that come from there, in the order of the request.
  public func fields(from place: FieldLocation.Place) -> [String] {
    locations.filter { $0.place == place }.map(\.field)
  }
}

/// A part of a path between slashes.
public enum PathPart: Sendable, Hashable {
  /// Text: letters, digits and `-._~`.
  case text(String)
  /// A field of the request.
  case field(String)
}

/// Where a field of a request comes from.
public struct FieldLocation: Sendable, Hashable {
  /// The places.
  public enum Place: String, Sendable, Hashable, CaseIterable, Codable {
    /// A part of the path.
    case path
    /// The query. Scalars only, but not JSON and bytes.
    case query
    /// A member of the JSON object in the body.
    case body
  }

  /// The field's name.
  public let field: String
  /// Where it comes from.
  public let place: Place
}

/// A key made of text and fields of the request.
public struct KeyTemplate: Sendable, Hashable {
  /// A part of a key.
  public enum Part: Sendable, Hashable {
    /// Text.
    case text(String)
    /// A field of the request: a scalar, neither JSON nor bytes.
    case field(String)
  }

  /// The parts in order; at least one.
  public let parts: [Part]
}
