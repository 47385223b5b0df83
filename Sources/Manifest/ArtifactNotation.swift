internal import Documents
internal import Model

/// `path [=> name]`.
enum ArtifactNotation {
  struct Refusal: Error, Equatable {
    var message: String
    /// True where it is the name that cannot be.
    var isOfName = false
  }

  static func parse(_ text: String, driver: DriverSpecification?) -> Result<ArtifactRule, Refusal> {
    guard let notation = Notation(text) else {
      return .failure(Refusal(message: "\(quoted(text)) is not an artifact; write 'path [=> name]'"))
    }
    return rule(notation.left, name: notation.right, driver: driver)
  }

  /// A rule for the path `written`, stored by `name`, or by the path's last part where it has none.
  static func rule(_ written: String, name: String?, driver: DriverSpecification?) -> Result<ArtifactRule, Refusal> {
    func refuse(_ message: String) -> Result<ArtifactRule, Refusal> { .failure(Refusal(message: message)) }
    if let refusal = ManifestPath.refusal(written) {
      return refuse("the artifact \(quoted(written)) cannot be collected: \(refusal)")
    }
    var source = ManifestPath.relative(written, to: driver?.settings["workspace"])
    if source.isEmpty { source = "." }
    if source.hasPrefix("/"), driver?.hasOnlyItsWorkspace == true {
      return refuse("the artifact \(quoted(source)) is outside the workspace; write a path relative to it")
    }
    guard let name else {
      let name = defaultName(source)
      if name.contains("\\") {
        return refuse("the artifact \(quoted(name)) needs a name without backslash: add '=> name'")
      }
      return .success(ArtifactRule(source: source, name: name))
    }
    if let refusal = nameRefusal(name) {
      return .failure(Refusal(message: "an artifact cannot be named \(quoted(name)): \(refusal)", isOfName: true))
    }
    return .success(ArtifactRule(source: source, name: ManifestPath.normalised(name)))
  }

  /// The name of a rule that has none of its own.
  static func defaultName(_ source: String) -> String {
    // The name of a pattern is the folder for what it finds: none.
    source == "." || ManifestPath.isPattern(source) ? "" : ManifestPath.lastPart(source)
  }

  /// `.` stands for no name: what is found keeps its path below the rule's folder.
  private static func nameRefusal(_ name: String) -> String? {
    let path = ManifestPath.normalised(name)
    if path.hasPrefix("/") || (path.isEmpty && name != ".") { return "it must be a relative path" }
    return ManifestPath.refusal(path) ?? (path.contains("\\") ? "it holds a backslash" : nil)
  }
}
