internal import Concurrency
internal import Drivers
internal import Files
internal import Git
internal import Model
internal import Programs

/// Reads the first bytes of files.
private let readingThreads = BlockingThreads(name: "artifact kinds", count: 1)

extension JobStep {
  /// What a rule for programs takes: what a build has made, by its content, and not what the repositories hold.
  func programs(in environment: any BuildEnvironment) async -> FileChoice {
    let tracked = await trackedFiles(environment)
    return FileChoice(
      enters: { !isBuildLitter($0, isFolder: true) }, mayTake: { !isBuildLitter($0) && !tracked.contains($0) },
      takes: { try ProgramFile(of: $0) != nil })
  }

  private func trackedFiles(_ environment: any BuildEnvironment) async -> TrackedFiles {
    var tracked = TrackedFiles()
    for (directory, commit) in clones {
      do {
        let repository = try await environment.prepare(directory)
        let (entries, isTruncated) = try await GitTree(runner.git, repository: repository, commit: commit).entries()
        for entry in entries { tracked.insert(entry.path, in: directory) }
        if isTruncated {
          await output.say("only \(entries.count) files of \(directory) are known to be the repository's")
        }
      } catch {
        if stop.current == nil {
          await output.say(
            "what the repository \(directory) holds is not known, and not told from what was made: \(error)")
        }
      }
    }
    return tracked
  }

  /// What a file is, as far as that is known.
  func program(_ file: FileDescriptor) async -> ProgramFile? {
    try? await readingThreads.run { try ProgramFile(of: file) }
  }
}

extension ProgramFile {
  /// What the file is; nil for what is no part of a program. Blocks.
  init?(of file: FileDescriptor) throws {
    guard let found = try Self.reading({ try file.read(count: $1, at: $0) }) else { return nil }
    self = found
  }
}
