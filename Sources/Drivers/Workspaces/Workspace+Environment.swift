internal import Concurrency
public import Files

/// What an environment does with its workspace where that is a folder of the agent's machine. `seenAs` is the workspace's
/// path as scripts see it.
extension Workspace {
  /// `BuildEnvironment.prepare`.
  public func prepare(_ name: String, seenAs workspace: String) async throws -> String {
    let path = try checked(name, for: "the folder", workspace)
    guard !name.hasPrefix("/") else { throw DriverError("the folder '\(name)' must be relative to the workspace") }
    return try await Self.threads.run {
      _ = try openParent(of: path)
      // A link here would lead the caller, who does not resolve it as carefully, out of the workspace.
      for end in path.parts.indices {
        let part = path.parts[...end].joined(separator: "/")
        guard try directory.statusBeneath(part) != nil else { break }
        guard try directory.linkTarget(beneath: part) != nil else { continue }
        throw DriverError("the folder '\(name)' is reached by a symbolic link")
      }
      return path.parts.isEmpty ? self.path : self.path + "/" + path.text
    }
  }

  /// `BuildEnvironment.deliver`.
  public func deliver(_ name: String, seenAs workspace: String) async throws {
    let path = try checked(name, for: "the folder", workspace)
    try await Self.threads.run { try give(path) }
  }

  /// `BuildEnvironment.place`.
  public func place(
    _ file: FileDescriptor, size: Int64, at destination: String, seenAs workspace: String
  ) async throws {
    let path = try checked(destination, for: "the destination", workspace)
    try await Self.threads.run {
      do { try place(file, size: size, at: path) } catch let error as FileError where error.isEscape {
        throw DriverError("the destination '\(destination)' leads out of the workspace by a symbolic link")
      }
    }
  }

  /// `BuildEnvironment.collect`.
  public func collect(
    _ source: String, limit: Int, choosing choice: FileChoice?, seenAs workspace: String
  ) async throws -> CollectedFiles {
    try await Self.threads.run {
      var collection = Collection(directory: directory, roots: [workspace, path], limit: limit, choice: choice)
      collection.collect(source)
      return collection.result
    }
  }

  private func checked(_ text: String, for purpose: String, _ workspace: String) throws -> WorkspacePath {
    guard let path = WorkspacePath(text, roots: [workspace]) else {
      throw DriverError(
        "\(purpose) '\(text)' is outside of the workspace; this driver takes paths below \(workspace) only")
    }
    return path
  }
}
