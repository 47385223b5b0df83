internal import Crypto
internal import Files
internal import ServiceGenerator

/// A folder that a service is generated into.
struct GeneratedFolder {
  /// More bytes than a generated file has.
  private static let sizeLimit = 16 << 20

  private let path: String

  init(_ path: String) { self.path = path }

  /// Makes the folder hold these files, and says what that took. Throws before anything is written where it holds
  /// something that would be lost.
  func write(_ files: [GeneratedFile]) throws -> FolderPlan {
    let earlier = try lock()
    if earlier == nil { try requireEmpty() }
    let plan = FolderPlan(
      files, lock: try ServiceLock(of: files), earlier: earlier,
      present: try hashes(of: FolderPlan.paths(files, earlier: earlier)))
    try refuse(
      plan.edited, "was edited since it was generated; move your changes into the service or a file of your own")
    try refuse(plan.foreign, "is not a generated file, and one of this name would be; rename it")
    for file in plan.writes { try write(file) }
    for removed in plan.removals { try remove(removed) }
    return plan
  }

  private func full(_ relative: String) -> String { path + "/" + relative }

  private func lock() throws -> ServiceLock? {
    guard try FileTree.status(full(ServiceLock.path)) != nil else { return nil }
    guard let lock = ServiceLock(json: try FileTree.contents(of: full(ServiceLock.path), limit: Self.sizeLimit)) else {
      throw CommandFailure("\(full(ServiceLock.path)) is no lock file of a generated service; restore it, or remove it")
    }
    return lock
  }

  private func requireEmpty() throws {
    guard try FileTree.status(path) != nil else { return }
    let found = try FileTree.names(in: path).first { $0 != ".git" }
    guard let found else { return }
    throw CommandFailure(
      "\(path) holds '\(found)', but no \(ServiceLock.path) of a generated service; name an empty folder")
  }

  private func hashes(of paths: [String]) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for relative in paths {
      try requireFolders(above: relative)
      guard let status = try FileTree.status(full(relative)) else { continue }
      guard status.kind == .regular else {
        throw CommandFailure("\(full(relative)) is no ordinary file, and one would be generated there; remove it")
      }
      hashes[relative] = try SHA256.hex(try FileTree.contents(of: full(relative), limit: Self.sizeLimit))
    }
    return hashes
  }

  /// A symbolic link on the way would lead out of the folder.
  private func requireFolders(above relative: String) throws {
    var place = path
    for part in relative.split(separator: "/").dropLast() {
      place += "/" + part
      guard let status = try FileTree.status(place) else { return }
      guard status.kind == .directory else { throw CommandFailure("\(place) must be a folder; rename it") }
    }
  }

  private func refuse(_ paths: [String], _ reason: String) throws {
    if paths.isEmpty { return }
    throw CommandFailure(paths.map { "\(full($0)) \(reason)" }.joined(separator: "\n"))
  }

  private func write(_ file: GeneratedFile) throws {
    let target = full(file.path)
    let folder = target.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    try FileTree.makeDirectory(folder, permissions: 0o755)
    // What is generated can be generated again; waiting for the disk after each of hundreds of files takes seconds.
    try FileTree.writeAtomically(Array(file.contents.utf8), to: target, permissions: 0o644, isDurable: false)
  }

  private func remove(_ relative: String) throws {
    try FileTree.removeFile(full(relative))
    var parts = relative.split(separator: "/").dropLast()
    while !parts.isEmpty, FileTree.removeEmptyDirectory(full(parts.joined(separator: "/"))) { parts.removeLast() }
  }
}
