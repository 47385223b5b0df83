internal import Concurrency
internal import Drivers
internal import Files
internal import Glibc

/// The folder of one attempt: the workspace, a private `/tmp`, and scripts where they cannot be kept in memory. All
/// methods block.
struct Workspace: Sendable {
  /// Where all of this module's work with files runs.
  static let threads = BlockingThreads(name: "workspace", count: 4)

  /// The attempt's folder.
  let folder: String
  /// Who the build is, where the server is root and the build is not.
  let owner: UInt32?
  /// The workspace, open: what is done by this descriptor cannot be led elsewhere by renaming.
  let directory: FileDescriptor

  /// The workspace on this machine.
  var path: String { folder + "/workspace" }
  /// The build's `/tmp`. A folder on the disk rather than memory, which the compilers' files would fill.
  var temporary: String { folder + "/tmp" }
  /// Keeps a script beside the workspace, for this run, and returns its path. Another of the same name is replaced.
  func keep(script: [UInt8], name: String) throws -> String {
    let path = folder + "/" + name + ".script"
    try FileTree.removeFile(path)
    // Not made durable: after a crash nobody runs it.
    try FileDescriptor.open(path, .createNew(permissions: 0o700)).write(script, at: 0)
    return path
  }

  /// Makes the folders, new; an existing one is an error.
  static func make(_ folder: String, owner: UInt32?) throws -> Workspace {
    try FileTree.makeNewDirectory(folder)
    try FileTree.makeDirectory(folder + "/workspace")
    try FileTree.makeDirectory(folder + "/tmp")
    let directory = try FileDescriptor.open(folder + "/workspace", .directory)
    if let owner {
      try directory.give(to: owner, group: owner)
      try FileDescriptor.open(folder + "/tmp", .directory).give(to: owner, group: owner)
    }
    return Workspace(folder: folder, owner: owner, directory: directory)
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
