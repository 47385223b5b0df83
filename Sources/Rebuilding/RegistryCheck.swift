internal import Documents
internal import Manifest
internal import Model
internal import Planning
internal import Queue
internal import Store

/// What of a repository may be stored.
enum RegistryCheck {
  static func check(_ new: RepositorySettings, _ limits: RebuilderSettings) throws(RegistryError) {
    let range = limits.everySeconds
    guard range.contains(new.everySeconds) else {
      throw .invalid(
        field: "every", "a repository is checked every \(range.lowerBound) to \(range.upperBound) seconds")
    }
    switch new.watch {
    case .defaultBranch: break
    case .branches(let pattern): try check(pattern, field: "branch")
    case .tags(let pattern): try check(pattern, field: "tag")
    }
    if let manifest = new.manifest { try check(manifest: manifest, limits) }
  }

  static func check(namespace: String?) throws(RegistryError) {
    guard let namespace else { return }
    guard let found = NamespaceReference(namespace), found.owner == nil else {
      throw .invalid(
        field: "namespace",
        "'\(namespace.prefix(100))' is not a namespace; write project/child, \(NamespaceReference.rule)")
    }
  }

  /// A ref's name once the characters that stand for others are gone.
  private static func check(_ pattern: String, field: String) throws(RegistryError) {
    let name = String(pattern.map { NamePattern.isPattern(String($0)) ? "x" : $0 })
    if let problem = gitReferenceProblem(name) {
      throw .invalid(field: field, "the pattern '\(pattern.prefix(100))' \(problem)")
    }
  }

  private static func check(manifest: String, _ limits: RebuilderSettings) throws(RegistryError) {
    let result = Manifest.parse(Array(manifest.utf8), limits: ManifestLimits(bytes: limits.manifestBytes))
    guard result.manifest == nil else { return }
    let first = result.errors.first
    let place = first.map { "line \($0.line): \($0.message)" } ?? "it cannot be read"
    throw .invalid(field: "manifest", "the manifest is wrong: \(place)")
  }
}
