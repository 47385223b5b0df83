public import Git
internal import Model
internal import Planning
internal import Programs

/// Decides by what git says that the commit holds: neither files of another commit nor what is lying around counts.
public struct GitDetector: ProgramDetector {
  private let git: GitTool

  /// Reads clones by this git.
  public init(_ git: GitTool) { self.git = git }

  /// Reads the list of files and those of them that say how the program is built.
  public func detect(_ clone: ProgramClone) async throws -> DetectedProgram {
    let tree = GitTree(git, repository: clone.folder, commit: clone.commit)
    let (entries, isTruncated) = try await tree.entries()
    let wanted = clone.manifest == nil ? ProgramRecipe.wanted(in: entries) : []
    let contents = try await tree.contents(of: wanted, limit: Int(ProgramRecipe.fileLimit))
    var notes = isTruncated ? ["it holds more than \(entries.count) files; the rest was not looked at"] : []
    let limits = PlanLimits(timeoutSeconds: clone.plan.timeoutSeconds)
    do {
      let decision = try ProgramRecipe.decide(
        ProgramTree(entries, contents: contents), source: clone.source, given: clone.manifest, limits: limits)
      notes += decision.explanation
      return DetectedProgram(notes: notes, result: .success(decision.found), isFlake: decision.isFlake)
    } catch {
      return DetectedProgram(notes: notes + error.details, result: .failure(.init(error.description)))
    }
  }
}
