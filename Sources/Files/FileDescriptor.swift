internal import CLinux
internal import Glibc

/// An open file descriptor that is closed when its last reference goes.
///
/// A class, because descriptors are handed to other threads and to streamed responses; every operation is positional
/// (`pread`, `pwrite`), so sharing one is safe.
public final class FileDescriptor: Sendable {
  /// The system's number for it. Valid as long as this object lives.
  public let raw: Int32
  let path: String

  /// Takes ownership of an open descriptor; `path` is for error messages.
  public init(owning raw: Int32, path: String = "") {
    self.raw = raw
    self.path = path
  }

  deinit { close(raw) }

  /// How to open a file.
  public enum Mode: Sendable {
    /// For reading; the file must exist.
    case read
    /// For reading and writing; the file must exist.
    case update
    /// For reading and writing, created where it does not exist, with these permission bits.
    case readWrite(permissions: UInt32 = 0o600)
    /// For writing a new file; an existing one is an error.
    case createNew(permissions: UInt32 = 0o600)
    /// A folder.
    case directory

    var flags: Int32 {
      switch self {
      case .read: O_RDONLY | O_CLOEXEC
      case .update: O_RDWR | O_CLOEXEC
      case .readWrite: O_RDWR | O_CREAT | O_CLOEXEC
      case .createNew: O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
      case .directory: O_RDONLY | O_DIRECTORY | O_CLOEXEC
      }
    }

    var permissions: UInt32 {
      switch self {
      case .read, .update, .directory: 0
      case .readWrite(let permissions), .createNew(let permissions): permissions
      }
    }
  }

  /// Opens `path`.
  public static func open(_ path: String, _ mode: Mode = .read) throws(FileError) -> FileDescriptor {
    while true {
      let raw = Glibc.open(path, mode.flags, mode.permissions)
      if raw >= 0 { return FileDescriptor(owning: raw, path: path) }
      if errno != EINTR { throw .last("open", path) }
    }
  }

  /// Opens `relative` below this folder, never outside it: `..` or a symbolic link that leads out is refused with an
  /// error whose `isEscape` is true. A fifo does not block.
  public func openBeneath(_ relative: String, _ mode: Mode = .read) throws(FileError) -> FileDescriptor {
    guard !relative.utf8.contains(0) else {
      throw FileError(code: EINVAL, operation: "open", path: relative)
    }
    let result = wright_open_beneath(raw, relative, mode.flags | O_NONBLOCK, mode.permissions)
    guard result >= 0 else { throw .last("open", relative) }
    return FileDescriptor(owning: result, path: relative)
  }

  /// What the file is.
  public func status() throws(FileError) -> FileStatus {
    var status = stat()
    guard fstat(raw, &status) == 0 else { throw .last("stat", path) }
    return FileStatus(status)
  }

  /// The size in bytes.
  public func size() throws(FileError) -> Int64 { try status().size }

  /// Reads up to `buffer.count` bytes at `offset`; 0 at the end of the file.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(FileError) -> Int {
    while true {
      let count = pread(raw, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      if errno != EINTR { throw .last("read", path) }
    }
  }

  /// Reads up to `count` bytes at `offset`; fewer at the end of the file.
  public func read(count: Int, at offset: Int64) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      while filled < count {
        do throws(FileError) {
          let read = try self.read(
            into: UnsafeMutableRawBufferPointer(rebasing: raw[filled..<count]), at: offset + Int64(filled))
          if read == 0 { return }
          filled += read
        } catch {
          failure = error
          return
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all of `bytes` at `offset`.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
      let count = pwrite(raw, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
      if count < 0 {
        if errno == EINTR { continue }
        throw .last("write", path)
      }
      done += count
    }
  }

  /// Writes all of `bytes` at `offset`.
  public func write(_ bytes: [UInt8], at offset: Int64) throws(FileError) {
    var failure: FileError?
    bytes.withUnsafeBytes { buffer in
      do throws(FileError) { try write(buffer, at: offset) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Cuts or extends the file to `size` bytes.
  public func truncate(to size: Int64) throws(FileError) {
    guard ftruncate(raw, off_t(size)) == 0 else { throw .last("truncate", path) }
  }

  /// Gives the open file another name, whatever has become of the ones it had; it must have one still.
  public func link(to destination: String) throws(FileError) {
    guard linkat(AT_FDCWD, "/proc/self/fd/\(raw)", AT_FDCWD, destination, AT_SYMLINK_FOLLOW) == 0 else {
      throw .last("link", destination)
    }
  }

  /// Makes the content durable (fdatasync).
  public func synchronize() throws(FileError) {
    guard fdatasync(raw) == 0 else { throw .last("fdatasync", path) }
  }

  /// Makes all durable that anybody has written to the file system that the file is on (syncfs): for many small files it
  /// costs what one would.
  public func synchronizeFileSystem() throws(FileError) {
    guard wright_sync_file_system(raw) == 0 else { throw .last("syncfs", path) }
  }

  /// Makes writes go from memory to the disk without a copy in the page cache (`O_DIRECT`), or no longer. Meanwhile
  /// offsets, lengths and addresses must be multiples of 4,096. False where the file system does not have it.
  public func setDirect(_ isOn: Bool) -> Bool { wright_set_direct(raw, isOn ? 1 : 0) == 0 }

  /// Takes the advisory lock of the file for this process; false where another process has it.
  public func tryLock() throws(FileError) -> Bool {
    if flock(raw, LOCK_EX | LOCK_NB) == 0 { return true }
    if errno == EWOULDBLOCK { return false }
    throw .last("flock", path)
  }

  /// True as long as the open file is the one at the path `path`.
  public func isStill(at path: String) throws(FileError) -> Bool {
    var (here, there) = (stat(), stat())
    guard fstat(raw, &here) == 0 else { throw .last("stat", path) }
    guard lstat(path, &there) == 0 else { return false }
    return here.st_ino == there.st_ino && here.st_dev == there.st_dev
  }
}

/// What a file is, from `stat`.
public struct FileStatus: Sendable {
  /// The type of a file, as far as it matters here.
  public enum Kind: Sendable { case regular, directory, symbolicLink, other }
  /// Regular file, folder, link, or anything else (a device, a fifo, a socket).
  public var kind: Kind
  /// Bytes.
  public var size: Int64
  /// Permission bits, as in `0o755`.
  public var permissions: UInt32
  /// Last modification, in milliseconds since 1970.
  public var modified: Int64

  init(_ status: stat) {
    // The masks of stat(2) are macros with casts, which Swift imports only in part.
    switch status.st_mode & 0o170000 {
    case 0o100000: kind = .regular
    case 0o040000: kind = .directory
    case 0o120000: kind = .symbolicLink
    default: kind = .other
    }
    size = Int64(status.st_size)
    permissions = status.st_mode & 0o7777
    modified = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
  }
}
