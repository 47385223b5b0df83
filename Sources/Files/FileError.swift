internal import CLinux
internal import Glibc

/// A system call on a file that failed: what was tried, on which path, and the system's reason.
public struct FileError: Error, Sendable, CustomStringConvertible {
  /// The system's error number (`ENOENT`, `ENOSPC`, ...).
  public var code: Int32
  /// The call, as in `open` or `rename`.
  public var operation: String
  /// The path concerned; empty for an open descriptor.
  public var path: String

  /// An error for `operation` on `path` with the system's `code`.
  public init(code: Int32, operation: String, path: String = "") {
    self.code = code
    self.operation = operation
    self.path = path
  }

  /// The error that the calling thread's last failed system call left in `errno`.
  public static func last(_ operation: String, _ path: String = "") -> FileError {
    FileError(code: errno, operation: operation, path: path)
  }

  /// The file or folder does not exist.
  public var isNotFound: Bool { code == ENOENT || code == ENOTDIR }
  /// Something of that name exists already.
  public var isExisting: Bool { code == EEXIST }
  /// The disk or the quota is full.
  public var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }
  /// The path would have left the folder that it was resolved in.
  public var isEscape: Bool { code == EXDEV || code == ELOOP }

  /// `open /x/y: No such file or directory`
  public var description: String {
    let reason = String(cString: strerror(code))
    return path.isEmpty ? "\(operation): \(reason)" : "\(operation) \(path): \(reason)"
  }
}
