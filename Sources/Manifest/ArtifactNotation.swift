internal import Model

/// `path [=> name]`.
enum ArtifactNotation {
  struct Refusal: Error, Equatable { var message: String }

  static func parse(_ text: String, driver: DriverSpecification?) -> Result<ArtifactRule, Refusal> {
    func refuse(_ message: String) -> Result<ArtifactRule, Refusal> { .failure(Refusal(message: message)) }
    guard let notation = Notation(text) else {
      return refuse("\(quoted(text)) is not an artifact; write 'path [=> name]'")
    }
    if let refusal = ManifestPath.refusal(notation.left) {
      return refuse("the artifact \(quoted(notation.left)) cannot be collected: \(refusal)")
    }
    var source = ManifestPath.relative(notation.left, to: driver?.settings["workspace"])
    if source.isEmpty { source = "." }
    if source.hasPrefix("/"), driver?.type == "host" {
      return refuse("the artifact \(quoted(source)) is outside the workspace; write a path relative to it")
    }
    guard let written = notation.right else {
      // The name of a pattern is the folder for what it finds: none.
      let name = source == "." || ManifestPath.isPattern(source) ? "" : ManifestPath.lastPart(source)
      if name.contains("\\") {
        return refuse("the artifact \(quoted(name)) needs a name without backslash: add '=> name'")
      }
      return .success(ArtifactRule(source: source, name: name))
    }
    let name = ManifestPath.normalised(written)
    let refusal = name.hasPrefix("/") || name.isEmpty ? "it must be a relative path" : ManifestPath.refusal(name)
    if let refusal = refusal ?? (name.contains("\\") ? "it holds a backslash" : nil) {
      return refuse("an artifact cannot be named \(quoted(written)): \(refusal)")
    }
    return .success(ArtifactRule(source: source, name: name))
  }
}
