internal import Drivers
internal import Files
internal import Model
internal import Planning
internal import Queue

extension JobStep {
  /// Collects what one rule names. What cannot be collected is a line in the log and fails nothing.
  func collect(_ rule: ArtifactRule, from environment: any BuildEnvironment) async throws {
    let found: CollectedFiles
    do {
      let choice = rule.selection == .programs ? await programs(in: environment) : nil
      found = try await environment.collect(rule.source, limit: runner.settings.artifactLimit, choosing: choice)
    } catch {
      if stop.current == nil { await output.say("artifact \(rule.source): \(error)") }
      return
    }
    for refusal in found.refusals { await output.say("artifact \(rule.source): \(refusal)") }
    if found.files.isEmpty && found.refusals.isEmpty {
      await output.say(
        "artifact \(rule.source): \(rule.selection == .programs ? "no program was made" : "no such file")")
    }
    for file in found.files {
      if stop.current != nil { return }
      try await store(file, as: artifactName(rule, file, of: found.files.count))
    }
  }

  private func store(_ file: CollectedFile, as name: String) async throws {
    if let problem = relativePathProblem(name) {
      await output.say("artifact '\(name)' is not stored: its name \(problem)")
      return
    }
    let upload: ArtifactUpload
    do {
      let opened = try await file.open()
      let status = try opened.status()
      guard status.kind == .regular else {
        await output.say("artifact \(name) is not stored: \(file.path) is not a regular file")
        return
      }
      upload = ArtifactUpload(
        name: name, source: file.path, permissions: status.permissions & 0o777, file: opened, size: status.size,
        program: await program(opened))
    } catch {
      await output.say("artifact \(name) is not stored: \(error)")
      return
    }
    do {
      switch try await reporter.storeArtifact(position, upload) {
      case .stored(let digest):
        await output.say("artifact \(name): \(grouped(digest.size)) bytes, sha256 \(digest.sha256)")
        await readReport(upload)
      case .refused(let reason): await output.say("artifact \(name) is not stored: \(reason)")
      }
    } catch is CancellationError where stop.current != nil {
      await output.say("artifact \(name) is not stored: the build was stopped")
    }
  }
}

/// The name of a file that a rule found: the rule's own name where it names one file, else a path below it. A pattern
/// or a folder without a name of its own (`*.log`, `.`) is no folder; its files keep their names.
func artifactName(_ rule: ArtifactRule, _ file: CollectedFile, of count: Int) -> String {
  let isPattern = rule.source.utf8.contains { "*?".utf8.contains($0) }
  if !isPattern, count == 1, file.path == normalized(rule.source), !rule.name.isEmpty { return rule.name }
  if isPattern, rule.name.utf8.contains(where: { "*?".utf8.contains($0) }) { return file.relativeName }
  let folder = rule.name.utf8.last == UInt8(ascii: "/") ? String(rule.name.dropLast()) : rule.name
  return folder.isEmpty ? file.relativeName : "\(folder)/\(file.relativeName)"
}

/// `./a//b/` as `a/b`.
private func normalized(_ path: String) -> String {
  path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map { String(Substring($0)) }
    .joined(separator: "/")
}
