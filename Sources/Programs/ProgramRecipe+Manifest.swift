internal import Documents
internal import Manifest
internal import Model
internal import Planning

extension ProgramTree {
  /// The manifests that the repository holds, the one that is taken first: `.wright.yml`, `.wright/*.yml`,
  /// `.djinn.yml`, `.djinn/*.yml`.
  func ownManifests() -> [String] {
    [".wright", ".djinn"].flatMap { name in
      let single = self["\(name).yml"].map { [$0] } ?? []
      let more = (folders[name] ?? []).filter { $0.path.hasSuffix(".yml") }.sorted { $0.path < $1.path }
      return (single + more).filter(\.isFile).map(\.path)
    }
  }

  /// What the repository's own manifest says.
  func decision(byOwn path: String, _ source: Source, _ limits: PlanLimits) throws(RecipeError) -> ProgramDecision {
    guard let bytes = contents[path] else {
      throw RecipeError(
        .manifest, "\(path) is larger than the \(ProgramRecipe.fileLimit) bytes of a manifest, or cannot be read")
    }
    return try ProgramRecipe.decision(byManifest: bytes, called: path, source, limits)
  }
}

extension ProgramRecipe {
  /// What a manifest's text says, for a repository that is cloned already. A source of the manifest that is this
  /// repository is not cloned again; its ref does not count, since the commit is what is built.
  static func decision(
    byManifest bytes: [UInt8], called name: String, _ source: Source, _ limits: PlanLimits
  ) throws(RecipeError) -> ProgramDecision {
    let result = Manifest.parse(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    guard let manifest = result.manifest else { throw refusal(of: result, name) }
    let others = manifest.sources.compactMap { further($0, than: source) }
    if let taken = others.first(where: { $0.directory == source.directory }) {
      throw RecipeError(
        .manifest,
        "\(name) clones \(address(taken.url)) into the folder '\(taken.directory)', where the repository "
          + "itself is: name another one with '=> dir'")
    }
    let whole = plan(from: manifest, limits: limits, in: source.directory)
    let found = PlanExtension(
      manifest: shownManifest(text, masking: whole.maskedValues), driver: manifest.driver, labels: manifest.labels,
      environment: manifest.environment, objects: manifest.objects, sources: others,
      setup: setup(manifest, others.count), stages: Array(whole.stages.dropFirst()),
      timeoutSeconds: manifest.timeoutSeconds.map { _ in whole.timeoutSeconds })
    return ProgramDecision(
      found: found, explanation: explanation(manifest, result, name),
      isFlake: manifest.kind == .nix && manifest.outputs.isEmpty)
  }

  private static func refusal(of result: ManifestResult, _ name: String) -> RecipeError {
    let lines = result.errors.map { "\(name):\($0)" }
    let more = lines.count > 1 ? " (and \(lines.count - 1) more in the log)" : ""
    let first = result.errors.first.map { "line \($0.line), column \($0.column): \($0.message)" } ?? "it cannot be read"
    return RecipeError(.manifest, "\(name), \(first)\(more)", details: lines)
  }

  /// A host environment is there already; any other is made anew, and the repository cloned into it.
  private static func setup(_ manifest: Manifest, _ others: Int) -> [PlannedJob] {
    let type = manifest.driver.type
    let clones = (0..<others).map { PlannedJob(name: "clone.\($0 + 2)", step: .clone(source: $0 + 1)) }
    if type == "host" { return clones }
    return [
      PlannedJob(name: "create-driver.\(type)", step: .createDriver),
      PlannedJob(name: "clone.1.\(type)", step: .clone(source: 0)),
    ] + clones
  }

  private static func explanation(_ manifest: Manifest, _ result: ManifestResult, _ name: String) -> [String] {
    var lines = ["\(name) says how it is built"]
    if manifest.namespace != nil { lines.append("its namespace does not count: the build has one already, or none") }
    return lines + result.warnings.map { "\(name):\($0)" }
  }

  /// A source of a manifest as it is still to be cloned: not the repository itself, unless it is wanted in another
  /// folder too; then at the ref that is built.
  private static func further(_ written: Source, than source: Source) -> Source? {
    guard let place = place(written.url), place == self.place(source.url) else { return written }
    if written.directory == source.directory { return nil }
    return Source(url: source.url, reference: source.reference, directory: written.directory)
  }

  /// `host/path`, the same for every transport and user; without `.git` and `/` at the end.
  private static func place(_ url: String) -> String? {
    guard let address = try? GitAddress(url) else { return nil }
    let parts = address.url.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    // Without a scheme it is `user@host:path`.
    let rest = parts.count == 2 ? String(parts[1]) : Self.withSlash(address.url)
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    let host = rest[..<slash].split(separator: "@").last?.lowercased() ?? ""
    var path = rest[slash...]
    while path.hasSuffix("/") { path = path.dropLast() }
    return host + (path.hasSuffix(".git") ? path.dropLast(4) : path)
  }

  private static func withSlash(_ address: String) -> String {
    guard let colon = address.firstIndex(of: ":") else { return address }
    let path = address[address.index(after: colon)...]
    return address[..<colon] + (path.hasPrefix("/") ? "" : "/") + path
  }

  private static func address(_ url: String) -> String { (try? GitAddress(url))?.url ?? "a repository" }
}
