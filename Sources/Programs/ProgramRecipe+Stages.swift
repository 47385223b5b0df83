internal import Manifest
internal import Model
internal import Planning

extension ProgramRecipe {
  /// The rest of the plan for a script, and the manifest that says the same.
  static func decision(_ script: RecipeScript, _ source: Source) -> ProgramDecision {
    var jobs: [ManifestJob] = []
    if !script.configure.isEmpty {
      jobs.append(ManifestJob(stage: "configure", name: "configure", commands: script.configure))
    }
    jobs.append(
      ManifestJob(
        stage: "build", name: "build", commands: script.build,
        artifacts: [ArtifactRule(source: source.directory, name: "", selection: .programs)]))
    let manifest = Manifest(
      driver: DriverSpecification(type: "host"), sources: [shown(source)], stages: jobs.map(\.stage), jobs: jobs)
    let comments =
      ["Made by wright from what the repository holds:"] + script.explanation.map { "- \($0)" }
      + ["As .wright.yml in the repository it takes the place of what is detected; sources may stay or go."]
    let found = PlanExtension(
      manifest: manifest.text(comments: comments), driver: manifest.driver,
      stages: Array(plan(from: manifest).stages.dropFirst()))
    return ProgramDecision(found: found, explanation: script.explanation)
  }

  /// The source as a manifest may show it: without a password, and without the commit that just this build is of.
  private static func shown(_ source: Source) -> Source {
    // An address with a space cannot stand in a manifest.
    let url = (try? GitAddress(source.url))?.url ?? "https://example.org/program.git"
    let reference = source.reference.flatMap { isCommit($0) ? nil : $0 }
    return Source(url: url, reference: reference, directory: source.directory)
  }

  private static func isCommit(_ reference: String) -> Bool {
    (reference.utf8.count == 40 || reference.utf8.count == 64) && reference.allSatisfy(\.isHexDigit)
  }
}
