internal import Glibc

/// An advisory lock of a file or a folder, which lasts until this object goes: against all others who open it, in this
/// process or another. Several may have a `shared` one at once.
public final class FileLock: Sendable {
  /// The file, locked.
  public let file: FileDescriptor

  /// Takes the lock; nil where another one has it.
  public init?(trying file: FileDescriptor, shared: Bool = false) throws(FileError) {
    while flock(file.raw, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return nil }
      if errno != EINTR { throw .last("flock", file.path) }
    }
    self.file = file
  }

  /// Waits until nobody else has the lock. Blocks.
  public init(waitingFor file: FileDescriptor, shared: Bool = false) throws(FileError) {
    while flock(file.raw, shared ? LOCK_SH : LOCK_EX) != 0 {
      if errno != EINTR { throw .last("flock", file.path) }
    }
    self.file = file
  }

  // Closing alone would not do: a process that is just being started has a copy of the descriptor for a moment.
  deinit { flock(file.raw, LOCK_UN) }
}
