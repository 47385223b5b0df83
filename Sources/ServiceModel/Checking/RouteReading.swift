internal import Documents

/// Reads how an HTTP method is reached.
struct RouteReading {
  private(set) var problems: [(code: ProblemCode, field: String?, detail: String)] = []
  /// nil where something is wrong.
  private(set) var route: ResolvedRoute?

  static let verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"]
  /// What every service answers by itself.
  static let reservedPaths: Set = ["/healthz", "/readyz", "/metrics"]

  init(_ written: HTTPRoute?, request: [ResolvedField]) {
    guard let written else {
      report(.invalidPath, "http", "the method has no route; write 'http: {verb: GET, path: /...}'")
      return
    }
    let verb = written.verb.uppercased()
    if !Self.verbs.contains(verb) {
      report(
        .invalidPath, "http.verb", "\(quoted(written.verb)) is no verb; it is \(Self.verbs.joined(separator: ", "))")
    }
    let path = path(written.path)
    let inPath = Set((path ?? []).compactMap { if case .field(let name) = $0 { name } else { nil } })
    for name in inPath.sorted() where !request.contains(where: { $0.name == name }) {
      report(.invalidPath, "http.path", "'{\(name)}' is no field of the request" + hint(name, request))
    }
    checkNames(of: written.from ?? [:], request)
    let locations = request.map { location(of: $0, written, verb: verb, isInPath: inPath.contains($0.name)) }
    guard problems.isEmpty, let path else { return }
    route = ResolvedRoute(verb: verb, path: path, locations: locations)
  }

  private mutating func report(_ code: ProblemCode, _ field: String?, _ detail: String) {
    problems.append((code, field, detail))
  }

  private func hint(_ name: String, _ request: [ResolvedField]) -> String {
    NameHints.suffix(name, in: request.map(\.name))
  }

  private mutating func path(_ text: String) -> [PathPart]? {
    guard text.hasPrefix("/") else {
      report(.invalidPath, "http.path", "the path \(quoted(text)) must begin with '/'")
      return nil
    }
    if Self.reservedPaths.contains(text) {
      report(.invalidPath, "http.path", "\(text) is answered by every service; choose another path")
    }
    if text == "/" { return [] }
    var seen: Set<String> = []
    let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { part(String($0), &seen) }
    return parts.contains { $0 == nil } ? nil : parts.compactMap { $0 }
  }

  private mutating func part(_ text: String, _ seen: inout Set<String>) -> PathPart? {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }) else {
      let isLiteral = !text.isEmpty && text != "." && text != ".." && text.utf8.allSatisfy(Self.isUnreserved)
      if isLiteral { return .text(text) }
      let what = text.isEmpty ? "an empty part" : "the part \(quoted(text))"
      report(.invalidPath, "http.path", "the path has \(what); parts are letters, digits and '-._~', or '{field}'")
      return nil
    }
    guard let template = try? Template(text), template.parts.count == 1, let name = template.names.first else {
      report(.invalidPath, "http.path", "\(quoted(text)) cannot be a part of a path; a field is a whole part: '/{id}/'")
      return nil
    }
    guard seen.insert(name).inserted else {
      report(.invalidPath, "http.path", "the path has '{\(name)}' twice")
      return nil
    }
    return .field(name)
  }

  /// What RFC 3986 lets stand in a path as it is.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    IdentifierRules.isLetter(byte) || IdentifierRules.isDigit(byte) || "-._~".utf8.contains(byte)
  }

  private mutating func checkNames(of from: [String: String], _ request: [ResolvedField]) {
    for (name, place) in from.sorted(by: { $0.key < $1.key }) {
      if !request.contains(where: { $0.name == name }) {
        report(.invalidPath, "http.from", "\(quoted(name)) is no field of the request" + hint(name, request))
      } else if FieldLocation.Place(rawValue: place) == nil {
        report(.invalidPath, "http.from", "\(quoted(place)) is no place of a field; it is path, query or body")
      }
    }
  }

  private mutating func location(
    of field: ResolvedField, _ written: HTTPRoute, verb: String, isInPath: Bool
  ) -> FieldLocation {
    let usual: FieldLocation.Place = isInPath ? .path : verb == "GET" || verb == "DELETE" ? .query : .body
    let place = written.from?[field.name].flatMap { FieldLocation.Place(rawValue: $0) } ?? usual
    if isInPath != (place == .path) {
      let detail = isInPath ? "the path has '{\(field.name)}'" : "the path \(written.path) has no '{\(field.name)}'"
      report(.invalidPath, "http.from", "\(field.name) comes from the \(place.rawValue), but \(detail)")
    }
    if place == .body, verb == "GET" {
      report(.invalidPath, "http.from", "a GET has no body; let \(field.name) come from the path or the query")
    }
    if place != .body, !(field.type.scalar?.isPlain ?? false) {
      report(.typeMismatch, field.name, "\(field.type) cannot come from the \(place.rawValue); use the body of a POST")
    }
    return FieldLocation(field: field.name, place: place)
  }
}
