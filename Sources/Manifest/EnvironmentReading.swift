internal import Documents
internal import Model
internal import YAML

extension ManifestReader {
  /// `KEY=value`, each.
  mutating func environment(_ place: Place?) -> [EnvironmentVariable] {
    var variables: [EnvironmentVariable] = []
    for item in items(place, of: "variables ('KEY=value')") {
      guard let text = text(item, "'KEY=value'") else { continue }
      guard let equals = text.firstIndex(of: "=") else {
        diagnostics.error("\(quoted(text)) is not a variable; write 'KEY=value'", at: item)
        continue
      }
      let name = String(text[..<equals])
      guard Self.isVariableName(name) else {
        let rule = "use letters, digits and '_', not beginning with a digit"
        diagnostics.error("\(quoted(name)) cannot be the name of a variable; \(rule)", at: item)
        continue
      }
      variables.append(EnvironmentVariable(name: name, value: String(text[text.index(after: equals)...])))
    }
    return variables
  }

  static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }
  }

  /// Objects and where they go.
  mutating func objects(_ place: Place?, driver: DriverSpecification?) -> [ObjectPlacement] {
    var taken: Set<String> = []
    return items(place, of: "objects ('name [=> destination]')").compactMap { item in
      guard let object = object(item) else { return nil }
      let destination = quoted(object.destination)
      if !taken.insert(object.destination).inserted {
        diagnostics.error("the destination \(destination) is taken by an earlier object", at: item)
      }
      if object.destination.hasPrefix("/"), driver?.hasOnlyItsWorkspace == true {
        diagnostics.warning(
          "the driver '\(driver?.type ?? "")' places objects below the workspace only; \(destination) will not be placed",
          at: item)
      }
      return object
    }
  }

  private mutating func object(_ item: Place) -> ObjectPlacement? {
    guard let text = text(item, "an object ('name [=> destination]')") else { return nil }
    guard let notation = Notation(text), !notation.left.hasControlCharacter else {
      diagnostics.error("\(quoted(text)) is not an object; write 'name [=> destination]'", at: item)
      return nil
    }
    let destination = ManifestPath.normalised(notation.right ?? notation.left)
    if let refusal = destination.isEmpty ? "it names no file" : ManifestPath.refusal(destination) {
      diagnostics.error("the destination \(quoted(destination)) cannot be used: \(refusal)", at: item)
      return nil
    }
    return ObjectPlacement(name: notation.left, destination: destination)
  }

  /// `project/child@owner`.
  mutating func namespace(_ place: Place) -> NamespaceReference? {
    guard let text = text(place, "a namespace ('project/child@owner')") else { return nil }
    guard let found = NamespaceReference(text) else {
      diagnostics.error(
        "\(quoted(text)) is not a namespace; write 'project/child@owner' with \(NamespaceReference.rule)", at: place)
      return nil
    }
    return found
  }

  /// A duration in whole seconds, rounded up.
  mutating func timeout(_ place: Place) -> Int64? {
    let expectation = "a duration such as 90s, 10m, 1h30m, or a number of seconds"
    guard let text = text(place, expectation) else { return nil }
    guard let duration = Duration(quantity: text), duration > .zero else {
      diagnostics.error("\(quoted(text)) is not a timeout; write \(expectation)", at: place)
      return nil
    }
    let milliseconds = duration.milliseconds
    return milliseconds / 1000 + (milliseconds % 1000 > 0 ? 1 : 0)
  }
}
