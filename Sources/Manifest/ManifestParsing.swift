public import Documents
internal import Model
internal import YAML

/// A manifest as read: what it says, and what is wrong with it.
public struct ManifestResult: Sendable {
  /// The manifest; nil where there is an error.
  public var manifest: Manifest?
  /// All errors and warnings in order of position.
  public var diagnostics: [Diagnostic]

  /// The errors alone.
  public var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
  /// The warnings alone.
  public var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }
}

extension Manifest {
  /// Reads a manifest and reports everything that is wrong with it at once. Never throws and never traps, whatever
  /// the bytes, and reads nothing but them. There is either a manifest or at least one error.
  public static func parse(_ bytes: [UInt8], limits: ManifestLimits = ManifestLimits()) -> ManifestResult {
    var reader = ManifestReader(limits: limits)
    let manifest = reader.read(YAMLNode.parse(bytes, limits: YAMLLimits(bytes: limits.bytes)))
    return ManifestResult(manifest: manifest, diagnostics: reader.diagnostics.sorted)
  }
}

/// Reads a document into a manifest. Its parts are in the files named for what they read.
struct ManifestReader: DocumentReader {
  let limits: ManifestLimits
  var diagnostics: DiagnosticList

  init(limits: ManifestLimits) {
    self.limits = limits
    diagnostics = DiagnosticList(limit: limits.diagnostics)
  }

  private static let keys = KeySet(
    of: "a manifest",
    known: [
      "kind", "namespace", "driver", "labels", "env", "objects", "sources", "stages", "allow_failures", "timeout",
      "jobs", "outputs",
    ],
    later: ["concurrency"],
    elsewhere: [
      "commands": "a job", "artifacts": "a job", "stage": "a job", "image": "'driver'", "workspace": "'driver'",
    ])

  mutating func read(_ result: YAMLResult) -> Manifest? {
    for problem in result.problems { diagnostics.error(problem.message, at: problem.mark, .root) }
    guard let root = result.root, !root.isNull else {
      if result.problems.isEmpty {
        diagnostics.error("the manifest is empty; it needs at least 'driver' and 'stages'", at: .start, .root)
      }
      return nil
    }
    let place = Place(node: root, pointer: .root)
    guard let fields = fields(of: place, Self.keys) else { return nil }
    let manifest = manifest(from: fields, at: place)
    return diagnostics.hasErrors ? nil : manifest
  }

  private mutating func manifest(from fields: Fields, at place: Place) -> Manifest? {
    guard let kind = kind(fields["kind"]) else { return nil }
    if kind == .nix { return nixManifest(from: fields, at: place) }
    if let outputs = fields["outputs"] {
      diagnostics.error(
        "'outputs' belongs to a manifest of 'kind: nix'; a job names its files in 'artifacts'", at: outputs)
    }
    let driver = driver(fields["driver"], in: place)
    let stages = stages(fields["stages"], in: place)
    var manifest = Manifest(driver: driver ?? DriverSpecification(type: ""), stages: stages ?? [])
    manifest.namespace = fields["namespace"].flatMap { namespace($0) }
    manifest.labels = labels(fields["labels"])
    manifest.environment = environment(fields["env"])
    manifest.objects = objects(fields["objects"], driver: driver)
    manifest.sources = sources(fields["sources"], driver: driver)
    manifest.timeoutSeconds = fields["timeout"].flatMap { timeout($0) }
    manifest.jobs = jobs(fields["jobs"], in: place, driver: driver, stages: stages)
    manifest.allowFailures = allowFailures(fields["allow_failures"], stages: stages)
    warnOfEmptyStages(manifest, fields["stages"])
    return driver == nil || stages == nil ? nil : manifest
  }
}
