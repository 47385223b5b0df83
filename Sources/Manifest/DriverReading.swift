internal import Documents
internal import Model
internal import YAML

extension ManifestReader {
  private static let types = ["host", "docker", "qemu", "ssh", "nix", "slurm"]
  private static let settings = ["image", "workspace", "address"] + slurmSettings
  private static let slurmSettings = ["partition", "account", "qos", "constraint", "gres", "cpus", "memory", "time"]
  private static let required = ["docker": ["image", "workspace"], "qemu": ["image"], "ssh": ["address"]]

  /// Settings that are numbers: what a value has to be.
  private static let forms: [(key: String, isValue: @Sendable (String) -> Bool, form: String)] = [
    ("cpus", { Int($0).map { (1...100_000).contains($0) } ?? false }, "a number of processors"),
    ("memory", { ByteCount.parse($0).map { $0 > 0 } ?? false }, "a size like 500MB or 4GiB"),
    ("time", { Duration(quantity: $0).map { $0 > .zero } ?? false }, "a duration like 90s, 10m or 1h30m"),
  ]

  /// The driver; nil after an error.
  mutating func driver(_ place: Place?, in root: Place) -> DriverSpecification? {
    guard let place else {
      diagnostics.error("'driver' is missing; write for example 'driver: {type: host}'", at: root)
      return nil
    }
    guard let entries = place.node.entries else {
      expected("a mapping with 'type' and the driver's settings", at: place)
      return nil
    }
    var specification = DriverSpecification(type: "")
    var typeIsWrong = false
    for entry in entries {
      let value = Place(node: entry.value, pointer: place.pointer.key(entry.key))
      guard entry.key == "type" || Self.settings.contains(entry.key) else {
        let keys = KeySet(of: "'driver'", known: ["type"] + Self.settings)
        diagnostics.error(keys.refusal(of: entry.key), at: entry.mark, value.pointer)
        continue
      }
      guard let text = setting(value) else {
        if entry.key == "type" { typeIsWrong = true }
        continue
      }
      if entry.key == "type" { specification.type = text } else { specification.settings[entry.key] = text }
    }
    if typeIsWrong { return nil }
    return check(&specification, place) ? specification : nil
  }

  private mutating func setting(_ place: Place) -> String? {
    guard let text = text(place, "text") else { return nil }
    if text.isEmpty || text.hasControlCharacter || text.hasPrefix("-") {
      diagnostics.error("\(quoted(text)) is not a value that a driver can take", at: place)
      return nil
    }
    return text
  }

  private mutating func check(_ specification: inout DriverSpecification, _ place: Place) -> Bool {
    if specification.type == "os" { specification.type = "host" }
    let type = specification.type
    guard !type.isEmpty else {
      diagnostics.error("'type' is missing in 'driver'; it is one of \(Self.types.joined(separator: ", "))", at: place)
      return false
    }
    guard Self.types.contains(type) else {
      let hint = nearestName(to: type, in: Self.types).map { "did you mean '\($0)'?" }
      let known = "the drivers are \(Self.types.joined(separator: ", "))"
      complain("unknown driver \(quoted(type)); \(hint ?? known)", about: "type", in: place)
      return false
    }
    let needed = Self.required[type] ?? []
    for key in needed where specification.settings[key] == nil && place.node[key] == nil {
      diagnostics.error("the driver '\(type)' needs '\(key)'", at: place)
    }
    let used = type == "slurm" ? Self.slurmSettings : needed
    for key in specification.settings.keys.sorted() where !used.contains(key) {
      specification.settings[key] = nil
      let mark = place.node.entries?.first { $0.key == key }?.mark ?? place.mark
      diagnostics.warning("the driver '\(type)' does not use '\(key)'", at: mark, place.pointer.key(key))
    }
    for (key, isValue, form) in Self.forms {
      guard let text = specification.settings[key], !isValue(text) else { continue }
      complain("\(quoted(text)) is not \(form)", about: key, in: place)
    }
    if let workspace = specification.settings["workspace"], !workspace.hasPrefix("/") {
      complain("the workspace \(quoted(workspace)) must be a path that begins with '/'", about: "workspace", in: place)
    }
    return true
  }

  private mutating func complain(_ message: String, about key: String, in place: Place) {
    diagnostics.error(message, at: place.node[key]?.mark ?? place.mark, place.pointer.key(key))
  }
}

extension DriverSpecification {
  /// Whether its builds' files are those of their workspace and nothing else.
  var hasOnlyItsWorkspace: Bool { type == "host" || type == "slurm" }
}
