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
