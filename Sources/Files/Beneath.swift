internal import CLinux
internal import Glibc

/// A name in a folder.
public struct DirectoryEntry: Sendable, Hashable {
  /// The name; bytes that are not UTF-8 are replaced, so such a name cannot be opened again.
  public var name: String
  /// What it is; a link is not followed.
  public var kind: FileStatus.Kind
}

extension FileDescriptor {
  /// What is at `relative` below this folder, following symbolic links that stay below it; nil where nothing is.
  /// Opens nothing, so a device or a fifo notices nothing. A way out is an error whose `isEscape` is true.
  public func statusBeneath(_ relative: String) throws(FileError) -> FileStatus? {
    guard !relative.utf8.contains(0) else { throw FileError(code: EINVAL, operation: "stat", path: relative) }
    let result = wright_locate_beneath(raw, relative, 0)
    if result < 0 {
      let error = FileError.last("stat", relative)
      if error.isNotFound { return nil }
      throw error
    }
    return try FileDescriptor(owning: result, path: relative).status()
  }

  /// The entries of this folder, sorted by name, at most `limit`; and whether there are more.
  public func entries(limit: Int) throws(FileError) -> (entries: [DirectoryEntry], isTruncated: Bool) {
    let copy = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let directory = fdopendir(copy) else {
      let error = FileError.last("opendir")
      if copy >= 0 { close(copy) }
      throw error
    }
    defer { closedir(directory) }
    var entries: [DirectoryEntry] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        String(decoding: raw.prefix(while: { $0 != 0 }), as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      if entries.count == limit { return (entries.sorted { $0.name < $1.name }, true) }
      entries.append(DirectoryEntry(name: name, kind: kind(of: name, type: entry.pointee.d_type)))
    }
    return (entries.sorted { $0.name < $1.name }, false)
  }

  private func kind(of name: String, type: UInt8) -> FileStatus.Kind {
    switch type {
    case 4: return .directory
    case 8: return .regular
    case 10: return .symbolicLink
    case 0:
      // A file system that does not say.
      var status = stat()
      guard fstatat(raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .other }
      return FileStatus(status).kind
    default: return .other
    }
  }

  /// Where the symbolic link `relative` below this folder points; nil where it is not one.
  public func linkTarget(beneath relative: String) throws(FileError) -> String? {
    guard !relative.utf8.contains(0) else { throw FileError(code: EINVAL, operation: "readlink", path: relative) }
    let link = wright_locate_beneath(raw, relative, 1)
    guard link >= 0 else { throw .last("readlink", relative) }
    defer { close(link) }
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(link, "", &buffer, buffer.count)
    return count < 0 ? nil : String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Makes the folder `name` (one part) here; an existing folder is fine.
  public func makeSubfolder(_ name: String, permissions: UInt32 = 0o755) throws(FileError) {
    if mkdirat(raw, name, permissions) != 0, errno != EEXIST { throw .last("mkdir", name) }
  }

  /// Makes the new file `name` (one part) here, for writing; an existing name is an error, also a link.
  public func createFile(_ name: String, permissions: UInt32 = 0o600) throws(FileError) -> FileDescriptor {
    let result = openat(raw, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, permissions)
    guard result >= 0 else { throw .last("create", name) }
    return FileDescriptor(owning: result, path: name)
  }

  /// Renames `source` to `destination` (one part each) here, in one step, replacing it.
  public func rename(_ source: String, to destination: String) throws(FileError) {
    guard renameat(raw, source, raw, destination) == 0 else { throw .last("rename", destination) }
  }

  /// Removes the file `name` (one part) here; an absent one is fine.
  public func removeFile(_ name: String) throws(FileError) {
    if unlinkat(raw, name, 0) != 0, errno != ENOENT { throw .last("remove", name) }
  }

  /// Gives this folder and all below it to a user, never following a symbolic link. A file that has names elsewhere
  /// too is replaced by a copy first. Needs root; at most 400 levels.
  public func giveTree(to owner: UInt32, group: UInt32) throws(FileError) {
    guard wright_give_tree(raw, owner, group) == 0 else { throw .last("chown", path) }
  }

  /// Gives the file or folder to a user and a group. Needs root.
  public func give(to owner: UInt32, group: UInt32) throws(FileError) {
    guard fchown(raw, owner, group) == 0 else { throw .last("chown", "") }
  }
}

extension FileTree {
  /// Tells the file system to spread the subfolders of `path`, as far as it can do that; false where it cannot.
  ///
  /// For a folder whose subfolders come and go quickly: ext4 does not use a removed file's inode again for some
  /// seconds, and in one place of the disk it would pass by thousands of them whenever a file is made.
  @discardableResult
  public static func spreadSubfolders(of path: String) throws(FileError) -> Bool {
    wright_spread_subfolders(try FileDescriptor.open(path, .directory).raw) == 0
  }

  /// Makes the folder `path`, whose parent exists; an existing one is an error whose `isExisting` is true.
  public static func makeNewDirectory(_ path: String, permissions: UInt32 = 0o700) throws(FileError) {
    guard mkdir(path, permissions) == 0 else { throw .last("mkdir", path) }
  }

  /// The path without symbolic links; nil where it does not exist.
  public static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
