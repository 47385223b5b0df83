internal import CLinux
internal import Concurrency

/// Tells when something in a folder is written, made or moved there. The kernel tells of what this machine does; what others
/// write to a folder that is shared over a network is not told.
public final class FolderChanges: Sendable {
  private let descriptor: FileDescriptor
  private let token: Lock<UInt64?>
  private let wakeup = Wakeup()

  /// Watches `folder`. Throws at the user's limit of watches (`fs.inotify.max_user_instances`), for one.
  public init(of folder: String) throws(FileError) {
    let raw = wright_watch_folder(folder)
    guard raw >= 0 else { throw .last("watch", folder) }
    descriptor = FileDescriptor(owning: raw, path: folder)
    token = Lock(nil)
    let (token, wakeup) = (token, wakeup)
    let registration = DescriptorEvents.shared.watch(raw) {
      wright_forget_changes(raw)
      if let token = token.withLock({ $0 }) { _ = DescriptorEvents.shared.rearm(raw, token) }
      wakeup.signal()
    }
    guard let registration else { throw .last("watch", folder) }
    token.withLock { $0 = registration }
    // An event that came before the token was known has not armed it again.
    _ = DescriptorEvents.shared.rearm(raw, registration)
  }

  deinit {
    if let token = token.withLock({ $0 }) { DescriptorEvents.shared.forget(descriptor.raw, token) }
  }

  /// Returns after the next change since the last call, after `limit`, or when the task is cancelled.
  public func next(within limit: Duration) async {
    await withTaskGroup(of: Void.self) { [wakeup] group in
      group.addTask { await wakeup.wait() }
      group.addTask { try? await Task.sleep(for: limit) }
      await group.next()
      group.cancelAll()
    }
  }
}
