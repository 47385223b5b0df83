internal import Documents
internal import Model
internal import YAML

extension ManifestReader {
  private static let artifactKeys = KeySet(of: "an artifact", known: ["source", "name", "only"])
  private static let selections = ["programs"]

  /// The rules of a job, each `path [=> name]` or a mapping with `source`, `name` and `only`.
  mutating func artifacts(_ place: Place?, driver: DriverSpecification?) -> [(ArtifactRule, Place)] {
    items(place, of: "artifacts ('path [=> name]')").compactMap { item in
      if item.node.entries != nil { return selectedArtifact(item, driver: driver).map { ($0, item) } }
      guard let text = text(item, "an artifact ('path [=> name]')") else { return nil }
      switch ArtifactNotation.parse(text, driver: driver) {
      case .success(let rule): return (rule, item)
      case .failure(let refusal):
        diagnostics.error(refusal.message, at: item)
        return nil
      }
    }
  }

  /// `{source: path, name: name, only: programs}`.
  private mutating func selectedArtifact(_ place: Place, driver: DriverSpecification?) -> ArtifactRule? {
    guard let fields = fields(of: place, Self.artifactKeys) else { return nil }
    let selection = fields["only"].map { self.selection($0) } ?? ArtifactRule.Selection.all
    let name = fields["name"].map { (place: $0, text: text($0, "the name of an artifact")) }
    guard let sourcePlace = fields["source"] else {
      // A key that was meant to be it has been complained of already.
      if place.node.entries?.contains(where: { !Self.artifactKeys.known.contains($0.key) }) != true {
        diagnostics.error("'source' is missing in this artifact; write '{source: path, name: name}'", at: place)
      }
      return nil
    }
    guard let source = text(sourcePlace, "the path of an artifact"), let selection else { return nil }
    if let name, name.text == nil { return nil }
    switch ArtifactNotation.rule(source.trimmed, name: name?.text?.trimmed, driver: driver) {
    case .success(var rule):
      rule.selection = selection
      return rule
    case .failure(let refusal):
      diagnostics.error(refusal.message, at: refusal.isOfName ? name?.place ?? place : sourcePlace)
      return nil
    }
  }

  private mutating func selection(_ place: Place) -> ArtifactRule.Selection? {
    guard let text = text(place, "'programs'") else { return nil }
    if let selection = ArtifactRule.Selection(rawValue: text), selection == .programs { return selection }
    let hint = nearestName(to: text, in: Self.selections).map { "did you mean '\($0)'?" }
    let known = "it is 'programs', or leave 'only' out to collect every file"
    diagnostics.error("unknown selection \(quoted(text)); \(hint ?? known)", at: place)
    return nil
  }
}
