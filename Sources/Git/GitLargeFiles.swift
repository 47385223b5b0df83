internal import Concurrency
internal import Files
internal import Planning
internal import Processes

/// The files of a clone that git-lfs keeps elsewhere: the clone has pointers in their place until they are fetched.
struct GitLargeFiles: Sendable {
  let git: GitTool
  let address: GitAddress
  let commit: String
  let folder: String
  let log: any GitLog

  /// Replaces the pointers by the files; says so where that cannot be done here. `environment` is for programs that
  /// talk to the server.
  func fetch(_ environment: [(name: String, value: String)]) async throws {
    let (count, first) = try await pointers()
    guard count > 0 else { return }
    let files = "\(count == 1 ? "1 file" : "\(count) files") (\(first)\(count == 1 ? "" : ", ...")) kept by Git LFS"
    guard (try? ExecutableSearch.find("git-lfs", environment: git.settings.environment)) != nil else {
      return await log.say(
        "the clone has pointers in the place of \(files): git-lfs is not installed on the agent; install it there")
    }
    guard let url = try await url() else {
      return await log.say("the clone has pointers in the place of \(files): LFS does not go over \(address.transport)")
    }
    await log.say("fetching \(files)")
    do {
      let command = GitCommand(environment: environment, address: address, log: log)
      try await command.run(["-C", folder, "-c", "lfs.url=\(url)"] + Self.filters + ["lfs", "pull"])
    } catch let failure as GitFailure {
      throw GitFailure(failure.kind, "the files kept by Git LFS cannot be fetched: \(failure)")
    }
  }

  /// Without all of these git-lfs leaves the pointers as they are. They are not kept in the clone: where it is built
  /// there may be no git-lfs.
  private static let filters = [
    "-c", "filter.lfs.clean=git-lfs clean -- %f", "-c", "filter.lfs.smudge=git-lfs smudge -- %f",
    "-c", "filter.lfs.process=git-lfs filter-process", "-c", "filter.lfs.required=true",
  ]

  /// How many files there are that have to be fetched, and the path of the first.
  private func pointers() async throws -> (count: Int, first: String) {
    var (count, first): (Int, [UInt8]) = (0, [])
    try await GitCommand(environment: git.localEnvironment(), address: nil).stream(
      ["-C", folder, "ls-files", "-z", "--cached", "--", ":(attr:filter=lfs)"]
    ) { bytes in
      if count == 0 { first += bytes.prefix { $0 != 0 }.prefix(max(0, 200 - first.count)) }
      count += bytes.count { $0 == 0 }
    }
    return (count, String(decoding: first, as: UTF8.self))
  }

  /// Where the files are: what the repository says where that is an address that may be used, else beside it. What is
  /// found out here counts for git-lfs before anything that the repository says.
  private func url() async throws -> String? {
    let settings = try await GitTree(git, repository: folder, commit: commit).settings(in: ".lfsconfig")
    if let said = settings.last(where: { $0.key == "lfs.url" })?.value {
      do { return try git.checked(address.submodule(said)).url } catch let error as GitAddressError {
        throw GitFailure(.other, ".lfsconfig names where Git LFS keeps files, but \(error)")
      }
    }
    switch address.transport {
    case .https, .http:
      let bytes = address.url.utf8
      let url = String(Substring(bytes.last == UInt8(ascii: "/") ? bytes.dropLast() : bytes[...]))
      return url + (url.utf8.suffix(4).elementsEqual(".git".utf8) ? "" : ".git") + "/info/lfs"
    case .ssh, .file: return address.url
    case .git: return nil
    }
  }
}
