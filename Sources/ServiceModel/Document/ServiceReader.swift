internal import Documents
internal import YAML

/// Reads a tree into a document. Refused are wrong shapes and unknown keys; wrong values are kept, so that an
/// unfinished service can be kept too. Its parts are in the files named for what they read.
struct ServiceReader: DocumentReader {
  var diagnostics = DiagnosticList(limit: 100)
  /// True where text and numbers are told apart as JSON does.
  let isTyped: Bool
  /// What `name` is when a file must say it.
  let needsFormat: Bool

  private static let keys = KeySet(
    of: "a service", known: ["wright", "name", "data_sources", "components", "links"],
    elsewhere: ["tables": "'data_sources'", "methods": "a component"])

  mutating func document(_ root: YAMLNode) -> ServiceDocument {
    let place = Place(node: root, pointer: .root)
    guard let fields = fields(of: place, Self.keys) else { return ServiceDocument(name: "") }
    checkFormat(fields["wright"], in: place)
    return ServiceDocument(
      name: optionalText(fields["name"]) ?? "",
      dataSources: items(fields["data_sources"], of: "data sources", limit: 1000).map { dataSource($0) },
      components: items(fields["components"], of: "components", limit: 1000).map { component($0) },
      links: items(fields["links"], of: "links", limit: 10_000).map { link($0) })
  }

  private mutating func checkFormat(_ format: Place?, in root: Place) {
    let expected = "'wright: \(ServiceDocument.format)'"
    guard let format else {
      if needsFormat {
        diagnostics.error("this is not a service file: it has no line \(expected)", at: root.mark, .root)
      }
      return
    }
    guard let text = optionalText(format), text != ServiceDocument.format else { return }
    diagnostics.error(
      "\(quoted(text)) is not a format that this version of wright reads; write \(expected)", at: format)
  }

  private static let linkKeys = KeySet(of: "a link", known: ["from", "to"])

  private mutating func link(_ place: Place) -> Link {
    guard let fields = fields(of: place, Self.linkKeys) else { return Link(from: "", to: "") }
    return Link(from: optionalText(fields["from"]) ?? "", to: optionalText(fields["to"]) ?? "")
  }

  /// The items of a list of at most so many: beyond it, checking would take long, and nobody draws it.
  mutating func items(_ place: Place?, of name: String, limit: Int) -> [Place] {
    let all = items(place, of: name)
    guard let place, all.count > limit else { return all }
    diagnostics.error("there are \(all.count) \(name); at most \(limit) are allowed", at: place)
    return []
  }

  /// The text at `place`; nil where there is none, or something else, which is an error.
  mutating func optionalText(_ place: Place?) -> String? {
    guard let place else { return nil }
    if isTyped, let scalar = place.node.scalar, scalar.isPlain {
      expected("text", at: place)
      return nil
    }
    return text(place, "text")
  }

  /// True or false; nil where there is nothing, or something else, which is an error.
  mutating func flag(_ place: Place?) -> Bool? {
    guard let place else { return nil }
    if let scalar = place.node.scalar, scalar.isPlain {
      if ["true", "True", "TRUE"].contains(scalar.text) { return true }
      if ["false", "False", "FALSE"].contains(scalar.text) { return false }
    }
    expected("true or false", at: place)
    return nil
  }

  /// Several texts, in a list; nil where there is nothing.
  mutating func texts(_ place: Place?, of name: String) -> [String]? {
    guard let place else { return nil }
    return items(place, of: name, limit: 1600).compactMap { optionalText($0) }
  }

  /// Texts by their keys; nil where there is nothing.
  mutating func textsByKey(_ place: Place?, _ expectation: String) -> [String: String]? {
    guard let place else { return nil }
    guard let entries = place.node.entries else {
      expected(expectation, at: place)
      return nil
    }
    var texts: [String: String] = [:]
    for entry in entries where !entry.value.isNull {
      texts[entry.key] = optionalText(Place(node: entry.value, pointer: place.pointer.key(entry.key)))
    }
    return texts
  }
}
