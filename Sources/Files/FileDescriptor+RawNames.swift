internal import CLinux
internal import Glibc

/// Names as the file system has them: any bytes but `/` and NUL. For whoever has to see all files of a tree, also those
/// whose names are no text. No symbolic link is ever followed.
extension FileDescriptor {
  /// The names in this folder without `.` and `..`, in rising order of their bytes.
  public func rawNames() throws(FileError) -> [[UInt8]] {
    let copy = openat(raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let directory = fdopendir(copy) else {
      let error = FileError.last("opendir", path)
      if copy >= 0 { close(copy) }
      throw error
    }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in Array(raw.prefix { $0 != 0 }) }
      if name != [UInt8(ascii: ".")] && name != Array("..".utf8) { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  /// What the entry `name` of this folder is.
  public func status(ofEntry name: [UInt8]) throws(FileError) -> FileStatus {
    var status = stat()
    let result = Self.withPath(name) { fstatat(raw, $0, &status, AT_SYMLINK_NOFOLLOW) }
    guard result == 0 else { throw .last("stat", child(name)) }
    return FileStatus(status)
  }

  /// Opens the entry `name` of this folder; a symbolic link is an error, and a fifo does not block.
  public func openEntry(_ name: [UInt8], _ mode: Mode = .read) throws(FileError) -> FileDescriptor {
    let flags = mode.flags | O_NOFOLLOW | O_NONBLOCK
    let result = Self.withPath(name) { openat(raw, $0, flags, mode.permissions) }
    guard result >= 0 else { throw .last("open", child(name)) }
    return FileDescriptor(owning: result, path: child(name))
  }

  /// Where the entry `name` of this folder, a symbolic link, points.
  public func linkTarget(ofEntry name: [UInt8]) throws(FileError) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = Self.withPath(name) { readlinkat(raw, $0, &buffer, buffer.count) }
    guard count >= 0 else { throw .last("readlink", child(name)) }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// For messages; bytes that are no text are replaced.
  private func child(_ name: [UInt8]) -> String { path + "/" + String(decoding: name, as: UTF8.self) }

  /// A name with a NUL ends there; none that the system gave has one.
  private static func withPath<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let text = name.map { CChar(bitPattern: $0) } + [0]
    return text.withUnsafeBufferPointer { buffer in
      // Never empty, because it ends with a NUL.
      guard let start = buffer.baseAddress else { return "".withCString(body) }
      return body(start)
    }
  }
}
