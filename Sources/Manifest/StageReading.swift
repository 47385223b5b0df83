internal import Documents
internal import YAML

extension ManifestReader {
  /// The stages in order; nil where they are missing, which is an error.
  mutating func stages(_ place: Place?, in root: Place) -> [String]? {
    guard let place else {
      diagnostics.error("'stages' is missing; list the stages in the order of execution", at: root)
      return nil
    }
    if place.node.items?.isEmpty ?? false {
      diagnostics.error("'stages' is empty; list the stages in the order of execution", at: place)
    }
    var stages: [String] = []
    var seen: Set<String> = []
    for item in items(place, of: "stages") {
      guard let name = nameText(item, "the name of a stage") else { continue }
      if seen.insert(name).inserted {
        stages.append(name)
      } else {
        diagnostics.error("the stage \(quoted(name)) is listed already", at: item)
      }
    }
    return stages
  }

  /// The stages that may fail, also those that do not exist.
  mutating func allowFailures(_ place: Place?, stages: [String]?) -> [String] {
    var names: [String] = []
    let known = Set(stages ?? [])
    for item in items(place, of: "stages that may fail") {
      guard let name = nameText(item, "the name of a stage") else { continue }
      if stages != nil, !known.contains(name) {
        diagnostics.warning("there is no stage \(quoted(name))" + meant(name, stages), at: item)
      }
      if !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// A stage without jobs is passed over; a manifest without jobs has been warned of already.
  mutating func warnOfEmptyStages(_ manifest: Manifest, _ place: Place?) {
    guard !manifest.jobs.isEmpty else { return }
    var waiting = Set(manifest.stages).subtracting(manifest.jobs.map(\.stage))
    for item in (place?.node.items ?? []).enumerated() {
      guard let name = item.element.scalar?.text, waiting.remove(name) != nil else { continue }
      let pointer = place?.pointer.index(item.offset) ?? .root
      diagnostics.warning("the stage \(quoted(name)) has no jobs", at: item.element.mark, pointer)
    }
  }

  /// `; did you mean 'test'?`, or nothing.
  func meant(_ name: String, _ stages: [String]?) -> String {
    // A list of thousands is not searched for every job that names a wrong one.
    guard let stages, stages.count <= 100, let near = nearestName(to: name, in: stages) else { return "" }
    return "; did you mean '\(near)'?"
  }
}
