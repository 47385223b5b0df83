internal import Documents
internal import Model
internal import YAML

extension ManifestReader {
  /// What kind of manifest it is; nil after an error.
  mutating func kind(_ place: Place?) -> Manifest.Kind? {
    guard let place else { return .pipeline }
    guard let text = text(place, "'pipeline' or 'nix'") else { return nil }
    if let kind = Manifest.Kind(rawValue: text) { return kind }
    diagnostics.error("there is no kind \(quoted(text)); a manifest is a 'pipeline', or 'nix'", at: place)
    return nil
  }

  /// A manifest of kind `nix`: what is built is Nix's own affair, so it has neither stages nor jobs.
  mutating func nixManifest(from fields: Fields, at place: Place) -> Manifest? {
    for key in ["stages", "jobs", "allow_failures", "objects"] {
      guard let wrong = fields[key] else { continue }
      diagnostics.error(
        "a manifest of kind nix has no '\(key)': name what is built in 'outputs', or nothing for all of a flake's",
        at: wrong)
    }
    var driver = DriverSpecification(type: "nix")
    if let given = fields["driver"], let read = self.driver(given, in: place) {
      driver = read
      if read.type != "nix" { diagnostics.error("a manifest of kind nix is built by the driver 'nix'", at: given) }
    }
    var manifest = Manifest(driver: driver, stages: [])
    manifest.kind = .nix
    manifest.namespace = fields["namespace"].flatMap { namespace($0) }
    manifest.labels = labels(fields["labels"])
    manifest.environment = environment(fields["env"])
    manifest.sources = sources(fields["sources"], driver: driver)
    manifest.timeoutSeconds = fields["timeout"].flatMap { timeout($0) }
    manifest.outputs = outputs(fields["outputs"])
    return manifest
  }

  private mutating func outputs(_ place: Place?) -> [String] {
    var found: [String] = []
    for item in items(place, of: "outputs") {
      guard let name = nameText(item, "an output") else { continue }
      if name.hasPrefix("-") {
        diagnostics.error("\(quoted(name)) begins with '-', which would be an option", at: item)
      } else if found.contains(name) {
        diagnostics.error("the output \(quoted(name)) is listed already", at: item)
      } else {
        found.append(name)
      }
    }
    if let place, found.count > limits.jobs {
      diagnostics.error("the manifest has \(found.count) outputs; at most \(limits.jobs) are allowed", at: place)
    }
    return found
  }
}
