/// What has to be done to a folder so that it holds a generated service. Pure: the folder is given as hashes.
///
/// A file that the folder's lock names and that is as it was generated is written anew, or removed where it is not
/// generated any more. One that somebody has edited, or has written where a file would be generated, is left alone and
/// named.
public struct FolderPlan: Sendable, Hashable {
  /// What is written, in the order of the paths; the lock, which says that the rest is there, comes last.
  public private(set) var writes: [GeneratedFile] = []
  /// What is removed, in the order of the paths.
  public private(set) var removals: [String] = []
  /// Generated files that somebody has edited, in the order of the paths.
  public private(set) var edited: [String] = []
  /// Files of somebody's own where one would be generated, in the order of the paths.
  public private(set) var foreign: [String] = []

  /// - Parameters:
  ///   - files: all that are generated, with the lock.
  ///   - earlier: the folder's lock; nil where it has none.
  ///   - present: the SHA-256 of the files of the folder, by path, as far as `paths` names them.
  public init(_ files: [GeneratedFile], lock: ServiceLock, earlier: ServiceLock?, present: [String: String]) {
    for file in files where file.path != ServiceLock.path {
      guard let found = present[file.path], found != lock.hashes[file.path] else {
        if present[file.path] == nil { writes.append(file) }
        continue
      }
      switch earlier?.hashes[file.path] {
      case found: writes.append(file)
      case .some: edited.append(file.path)
      case nil: foreign.append(file.path)
      }
    }
    for (path, hash) in (earlier?.hashes ?? [:]).sorted(by: { $0.key < $1.key }) where lock.hashes[path] == nil {
      guard let found = present[path] else { continue }
      if found == hash { removals.append(path) } else { edited.append(path) }
    }
    edited.sort()
    if let file = files.first(where: { $0.path == ServiceLock.path }) { writes.append(file) }
  }

  /// The files of the folder that have to be known.
  public static func paths(_ files: [GeneratedFile], earlier: ServiceLock?) -> [String] {
    Set(files.map(\.path)).union((earlier?.hashes ?? [:]).keys).filter(isSafe).sorted()
  }

  /// True where a path stays below the folder, whatever a lock says that somebody has edited.
  private static func isSafe(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !path.utf8.contains(0)
  }
}
