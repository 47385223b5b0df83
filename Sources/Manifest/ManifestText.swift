internal import Documents
internal import Model

extension Manifest {
  /// The manifest as a file for people: reading it gives this manifest again. Each of `comments` is a line at the top.
  public func text(comments: [String] = []) -> String {
    var lines = comments.map { $0.isEmpty ? "#" : "# " + $0.filter { !$0.isNewline } }
    if let namespace {
      lines.append("namespace: " + YAMLText.inline(namespace.path + (namespace.owner.map { "@\($0)" } ?? "")))
    }
    if kind == .nix { return nixLines(after: lines).joined(separator: "\n") + "\n" }
    lines += ["driver:", "  type: " + YAMLText.inline(driver.type)]
    lines += driver.settings.sorted { $0.key < $1.key }.map { "  \($0.key): " + YAMLText.inline($0.value) }
    lines += labelLines
    lines += list("env", environment.map { "\($0.name)=\($0.value)" })
    lines += list("objects", objects.map { $0.name == $0.destination ? $0.name : "\($0.name) => \($0.destination)" })
    lines += list("sources", sources.map(Self.notation))
    lines.append("stages: " + flow(stages))
    if !allowFailures.isEmpty { lines.append("allow_failures: " + flow(allowFailures)) }
    if let timeoutSeconds { lines.append("timeout: \(timeoutSeconds)s") }
    if !jobs.isEmpty { lines.append("jobs:") }
    var counts: [String: Int] = [:]
    for job in jobs {
      counts[job.stage, default: 0] += 1
      lines += Self.lines(of: job, number: counts[job.stage] ?? 1)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func nixLines(after first: [String]) -> [String] {
    var lines = first + ["kind: nix"] + labelLines
    lines += list("env", environment.map { "\($0.name)=\($0.value)" })
    lines += list("sources", sources.map(Self.notation))
    lines += list("outputs", outputs)
    if let timeoutSeconds { lines.append("timeout: \(timeoutSeconds)s") }
    return lines
  }

  private var labelLines: [String] { labels.isEmpty ? [] : ["labels: " + flow(labels.labelTexts)] }

  private func list(_ key: String, _ items: [String]) -> [String] {
    items.isEmpty ? [] : ["\(key):"] + items.map { "- " + YAMLText.block($0, indented: 2) }
  }

  private func flow(_ names: [String]) -> String {
    "[" + names.map { YAMLText.inline($0) }.joined(separator: ", ") + "]"
  }

  private static func notation(_ source: Source) -> String {
    let reference = source.reference.map { " \($0)" } ?? ""
    let isDefault = Source.defaultDirectory(source.url) == source.directory
    return source.url + reference + (isDefault ? "" : " => \(source.directory)")
  }

  private static func lines(of job: ManifestJob, number: Int) -> [String] {
    var lines = ["- stage: " + YAMLText.inline(job.stage)]
    if job.name != "\(job.stage).\(number)" { lines.append("  name: " + YAMLText.inline(job.name)) }
    if !job.commands.isEmpty { lines.append("  commands:") }
    lines += job.commands.map { "  - " + YAMLText.block($0, indented: 4) }
    if !job.artifacts.isEmpty { lines.append("  artifacts:") }
    return lines + job.artifacts.map { "  - " + notation($0) }
  }

  private static func notation(_ rule: ArtifactRule) -> String {
    let name = rule.name == ArtifactNotation.defaultName(rule.source) ? nil : rule.name.isEmpty ? "." : rule.name
    guard rule.selection == .all else {
      let fields = ["source: " + YAMLText.inline(rule.source)] + (name.map { ["name: " + YAMLText.inline($0)] } ?? [])
      return "{" + (fields + ["only: \(rule.selection.rawValue)"]).joined(separator: ", ") + "}"
    }
    return YAMLText.block(rule.source + (name.map { " => \($0)" } ?? ""), indented: 4)
  }
}
