internal import Documents
internal import Model
internal import YAML

/// What is remembered from one job to the next.
private struct JobNames {
  var counts: [String: Int] = [:]
  var names: [String: Set<String>] = [:]
  /// Where each artifact's name was first used, as `stage / job`.
  var artifacts: [String: String] = [:]
}

extension ManifestReader {
  private static let jobKeys = KeySet(
    of: "a job",
    known: ["stage", "name", "commands", "artifacts"],
    later: ["needs", "timeout", "retry", "when", "matrix", "services", "cache"],
    elsewhere: Dictionary(
      uniqueKeysWithValues: ["driver", "env", "objects", "sources", "stages", "allow_failures", "namespace"].map {
        ($0, "the manifest itself, not indented")
      }))

  /// All jobs in order.
  mutating func jobs(_ place: Place?, in root: Place, driver: DriverSpecification?, stages: [String]?) -> [ManifestJob]
  {
    let items = items(place, of: "jobs")
    guard items.count <= limits.jobs else {
      diagnostics.error("the manifest has \(items.count) jobs; at most \(limits.jobs) are allowed", at: place ?? root)
      return []
    }
    if items.isEmpty, place?.node.items != nil || place == nil {
      diagnostics.warning("the manifest has no jobs: the build does nothing", at: place ?? root)
    }
    let known = Set(stages ?? [])
    var names = JobNames()
    return items.compactMap { item in
      guard let job = job(item, driver: driver, names: &names) else { return nil }
      if stages != nil, !known.contains(job.stage), let stage = item.node["stage"] {
        diagnostics.warning(
          "there is no stage \(quoted(job.stage)): the job is ignored" + meant(job.stage, stages), at: stage.mark,
          item.pointer.key("stage"))
      }
      return job
    }
  }

  private mutating func job(_ place: Place, driver: DriverSpecification?, names: inout JobNames) -> ManifestJob? {
    guard let fields = fields(of: place, Self.jobKeys) else { return nil }
    let commands = commands(fields["commands"], in: place)
    guard let stagePlace = fields["stage"] else {
      diagnostics.error("'stage' is missing in this job", at: place)
      _ = artifacts(fields["artifacts"], driver: driver)
      return nil
    }
    guard let stage = nameText(stagePlace, "the name of a stage") else { return nil }
    names.counts[stage, default: 0] += 1
    let given = fields["name"].flatMap { nameText($0, "the name of the job") }
    let name = given ?? "\(stage).\(names.counts[stage] ?? 1)"
    checkName(name, stage, at: fields["name"] ?? place, &names)
    let found = artifacts(fields["artifacts"], driver: driver)
    for (rule, item) in found where !rule.name.isEmpty && !ManifestPath.isPattern(rule.source) {
      if let earlier = names.artifacts.updateValue("\(stage) / \(name)", forKey: rule.name) {
        diagnostics.warning(
          "the artifact \(quoted(rule.name)) replaces the one of the job \(quoted(earlier))", at: item)
      }
    }
    return ManifestJob(stage: stage, name: name, commands: commands, artifacts: found.map(\.0))
  }

  private mutating func checkName(_ name: String, _ stage: String, at place: Place, _ names: inout JobNames) {
    if !names.names[stage, default: []].insert(name).inserted {
      diagnostics.error("the stage \(quoted(stage)) has a job \(quoted(name)) already", at: place)
    }
    // The built-in jobs share a stage's name with a stage that a manifest may well call `setup` too.
    if stage == setupStageName, name == "create-driver" || name.hasPrefix("clone.") {
      diagnostics.error("\(quoted(name)) is the name of a built-in job of the stage 'setup'; choose another", at: place)
    }
  }

  private mutating func commands(_ place: Place?, in job: Place) -> [String] {
    let items = items(place, of: "commands")
    if items.isEmpty, place == nil || place?.node.items != nil {
      diagnostics.warning("the job has no commands", at: place ?? job)
    }
    return items.compactMap { item in
      if item.node.isNull {
        diagnostics.warning("this command is empty", at: item)
        return nil
      }
      return text(item, "a command")
    }
  }
}
