internal import Documents
internal import Model
internal import YAML

extension ManifestReader {
  /// `key=value`, each: what the agent must have that takes the build.
  mutating func labels(_ place: Place?) -> [String: String] {
    var labels: [String: String] = [:]
    for item in items(place, of: "labels ('key=value')") {
      guard let text = text(item, "'key=value'") else { continue }
      guard let label = AgentLabel(text) else {
        diagnostics.error("\(quoted(text)) is not a label; write 'key=value' with \(AgentLabel.rule)", at: item)
        continue
      }
      if let other = labels[label.key] {
        diagnostics.error(
          "the label \(quoted(label.key)) is asked for already, as \(quoted(other)); an agent has one value of it",
          at: item)
      } else {
        labels[label.key] = label.value
      }
    }
    if let place, labels.count > AgentLabel.limit {
      diagnostics.error("the manifest has \(labels.count) labels; at most \(AgentLabel.limit) are allowed", at: place)
    }
    return labels
  }
}
