internal import Concurrency
internal import Files

extension Workspace {
  /// The folder of an attempt below `root`.
  public static func folder(in root: String, for request: EnvironmentRequest) throws -> String {
    let isNameByte: (UInt8) -> Bool = { $0 == 45 || (48...57).contains($0) || (97...122).contains($0) }
    guard !request.name.isEmpty, request.name.utf8.allSatisfy(isNameByte) else {
      throw DriverError("'\(request.name)' cannot be the name of an environment: a to z, 0 to 9 and '-' only")
    }
    return root + "/" + request.name
  }

  /// Removes the folder of an attempt.
  public static func remove(_ folder: String, _ problem: @Sendable (String) -> Void) async {
    do { try await threads.run { try FileTree.removeTree(folder) } } catch {
      problem("the workspace \(folder) could not be removed, the next start tries again: \(error)")
    }
  }

  /// Removes the folders of all attempts below `root`.
  public static func sweep(_ root: String, _ problem: @escaping @Sendable (String) -> Void) async throws {
    try await threads.run {
      for name in try FileTree.names(in: root) {
        do { try FileTree.removeTree(root + "/" + name) } catch {
          problem("\(root)/\(name), left by an earlier start, could not be removed: \(error)")
        }
      }
    }
  }
}
