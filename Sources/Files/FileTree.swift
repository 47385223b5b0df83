internal import CLinux
internal import Glibc

/// Operations on paths.
public enum FileTree {
  /// Makes the folder `path` and its parents; an existing folder is fine.
  public static func makeDirectory(_ path: String, permissions: UInt32 = 0o700) throws(FileError) {
    if mkdir(path, permissions) == 0 { return }
    switch errno {
    case EEXIST:
      var existing = stat()
      guard stat(path, &existing) == 0, FileStatus(existing).kind == .directory else {
        throw FileError(code: ENOTDIR, operation: "mkdir", path: path)
      }
    case ENOENT:
      guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { throw .last("mkdir", path) }
      try makeDirectory(String(path[..<slash]), permissions: permissions)
      guard mkdir(path, permissions) == 0 || errno == EEXIST else { throw .last("mkdir", path) }
    default:
      throw .last("mkdir", path)
    }
  }

  /// What is at `path` (a final symbolic link is not followed); nil where nothing is.
  public static func status(_ path: String) throws(FileError) -> FileStatus? {
    var status = stat()
    if lstat(path, &status) == 0 { return FileStatus(status) }
    let error = FileError.last("stat", path)
    if error.isNotFound { return nil }
    throw error
  }

  /// Moves `source` to `destination` in one step, replacing it.
  public static func rename(_ source: String, to destination: String) throws(FileError) {
    guard Glibc.rename(source, destination) == 0 else { throw .last("rename", source) }
  }

  /// Makes `destination` a second name of the file `source`.
  public static func link(_ source: String, to destination: String) throws(FileError) {
    guard Glibc.link(source, destination) == 0 else { throw .last("link", destination) }
  }

  /// Removes a file; false where it did not exist.
  @discardableResult
  public static func removeFile(_ path: String) throws(FileError) -> Bool {
    if unlink(path) == 0 { return true }
    let error = FileError.last("remove", path)
    if error.isNotFound { return false }
    throw error
  }

  /// Removes an empty folder; false where it is absent or not empty.
  @discardableResult
  public static func removeEmptyDirectory(_ path: String) -> Bool { rmdir(path) == 0 }

  /// The names in a folder, sorted, without `.` and `..`.
  public static func names(in path: String) throws(FileError) -> [String] {
    guard let directory = opendir(path) else { throw .last("opendir", path) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
        String(decoding: raw.prefix(while: { $0 != 0 }), as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes `path` and everything below it, never following a symbolic link, also where the tree's own permissions
  /// would forbid it. An absent path is fine.
  public static func removeTree(_ path: String) throws(FileError) {
    guard wright_remove_tree(path) == 0 else { throw .last("remove", path) }
  }

  /// The bytes that the files below `path` take on the disk; what goes away meanwhile is not counted, nor what lies
  /// behind symbolic links.
  public static func diskUsage(of path: String) throws(FileError) -> Int64 {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      let error = FileError.last("stat", path)
      if error.isNotFound { return 0 }
      throw error
    }
    // st_blocks counts 512 bytes, whatever the file system's own blocks are.
    var total = Int64(status.st_blocks) * 512
    guard FileStatus(status).kind == .directory else { return total }
    do throws(FileError) {
      for name in try names(in: path) { total += try diskUsage(of: "\(path)/\(name)") }
    } catch  where error.isNotFound {}
    return total
  }

  /// Makes the names in the folder `path` durable.
  public static func synchronizeDirectory(_ path: String) throws(FileError) {
    let directory = try FileDescriptor.open(path, .directory)
    guard fsync(directory.raw) == 0 else { throw .last("fsync", path) }
  }

  /// Writes a whole small file so that a reader sees the old content or the new, never a part, even after a crash. Where
  /// it is not durable, a crash of the system may leave it empty: for what can be made again.
  public static func writeAtomically(
    _ bytes: [UInt8], to path: String, permissions: UInt32 = 0o600, isDurable: Bool = true
  ) throws(FileError) {
    let temporary = path + ".new"
    try removeFile(temporary)
    let file = try FileDescriptor.open(temporary, .createNew(permissions: permissions))
    try file.write(bytes, at: 0)
    if isDurable { try file.synchronize() }
    try rename(temporary, to: path)
  }

  /// A whole file, refused where it is larger than `limit` bytes.
  public static func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor.open(path)
    let bytes = try file.read(count: limit + 1, at: 0)
    guard bytes.count <= limit else { throw FileError(code: EFBIG, operation: "read", path: path) }
    return bytes
  }
}
