public import Concurrency
public import Files
internal import Glibc

/// The folder of one attempt. Where builds see the machine as it is it is the workspace itself, because every folder that is made and removed
/// costs more than most trivial builds do; with one it holds the workspace and a private `/tmp`. All methods block.
public struct Workspace: Sendable {
  /// Where drivers work with files.
  public static let threads = BlockingThreads(name: "workspace", count: 4)

  /// The workspace on this machine.
  public let path: String
  /// The build's `/tmp`; nil where it uses the machine's. A folder on the disk rather than memory, which the compilers'
  /// files would fill.
  public let temporary: String?
  /// Who the build is, where the server is root and the build is not.
  public let owner: UInt32?
  /// The workspace, open: what is done by this descriptor cannot be led elsewhere by renaming.
  public let directory: FileDescriptor

  /// Makes `folder`, new, as the workspace; an existing one is an error.
  public static func make(_ folder: String) throws -> Workspace {
    try FileTree.makeNewDirectory(folder)
    return Workspace(path: folder, temporary: nil, owner: nil, directory: try .open(folder, .directory))
  }

  /// Makes `folder`, new, with a workspace and a `/tmp` that belong to `owner`; an existing one is an error.
  public static func makeForSandbox(_ folder: String, owner: UInt32?) throws -> Workspace {
    let (path, temporary) = (folder + "/workspace", folder + "/tmp")
    try FileTree.makeNewDirectory(folder)
    try FileTree.makeNewDirectory(path)
    try FileTree.makeNewDirectory(temporary)
    let directory = try FileDescriptor.open(path, .directory)
    if let owner {
      try directory.give(to: owner, group: owner)
      try FileDescriptor.open(temporary, .directory).give(to: owner, group: owner)
    }
    return Workspace(path: path, temporary: temporary, owner: owner, directory: directory)
  }

  /// Makes the folders that lead to `path` and returns the last, open. The build's links are followed as long as they
  /// stay in the workspace.
  func openParent(of path: WorkspacePath) throws -> FileDescriptor {
    var text = "."
    var parent = directory
    for part in path.parts.dropLast() {
      text += "/" + part
      let existed = try directory.statusBeneath(text) != nil
      if !existed { try parent.makeSubfolder(part) }
      parent = try directory.openBeneath(text, .directory)
      if !existed, let owner { try parent.give(to: owner, group: owner) }
    }
    return parent
  }

  /// Gives the folder at `path` to the build.
  func give(_ path: WorkspacePath) throws {
    guard let owner, try directory.statusBeneath(path.text) != nil else { return }
    try directory.openBeneath(path.text, .directory).giveTree(to: owner, group: owner)
  }

  /// Copies the first `size` bytes of `file` to `path`, replacing what is there, in one step.
  func place(_ file: FileDescriptor, size: Int64, at path: WorkspacePath) throws {
    guard let name = path.parts.last else { throw DriverError("an object cannot take the workspace's own place") }
    let parent = try openParent(of: path)
    let temporary = ".wright-\(UInt64.random(in: 0 ... .max))"
    do {
      let target = try parent.createFile(temporary)
      try copy(file, size: size, to: target)
      if let owner { try target.give(to: owner, group: owner) }
      try parent.rename(temporary, to: name)
    } catch {
      try? parent.removeFile(temporary)
      throw error
    }
  }

  private func copy(_ file: FileDescriptor, size: Int64, to target: FileDescriptor) throws {
    let step = 256 * 1024
    var offset: Int64 = 0
    while offset < size {
      let bytes = try file.read(count: Int(min(Int64(step), size - offset)), at: offset)
      if bytes.isEmpty { throw DriverError("the file is shorter than announced: \(offset) of \(size) bytes") }
      try target.write(bytes, at: offset)
      offset += Int64(bytes.count)
    }
  }
}
