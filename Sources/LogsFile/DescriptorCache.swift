internal import Concurrency
internal import Files

/// Open descriptors of many files, at most `capacity`, the least recently used closed first.
/// A descriptor in use stays open until its user lets it go.
final class DescriptorCache: Sendable {
  fileprivate struct State {
    var open: [String: (file: FileDescriptor, used: UInt64)] = [:]
    var clock: UInt64 = 0
    var owners: UInt64 = 0
  }
  private let state = Lock(State())
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  /// A number that no other owner of descriptors here has, for names that never stand for another file.
  func newOwner() -> UInt64 {
    state.withLock { state in
      state.owners += 1
      return state.owners
    }
  }

  /// The descriptor kept under `name`, or else what `open` returns, kept from now on. The name outlives renaming.
  func descriptor(_ name: String, open: () throws(FileError) -> FileDescriptor) throws(FileError) -> FileDescriptor {
    if let kept = state.withLock({ state in state.use(name) }) { return kept }
    let file = try open()
    return state.withLock { state in
      if let kept = state.use(name) { return kept }
      if state.open.count >= capacity { state.closeOldest() }
      state.open[name] = (file, state.clock)
      return file
    }
  }

  /// Closes what is kept under `name`.
  func forget(_ name: String) {
    // The removed value is destroyed, and so closed, outside the lock.
    _ = state.withLock { $0.open.removeValue(forKey: name) }
  }

  /// How many are kept.
  var count: Int { state.withLock { $0.open.count } }
}

extension DescriptorCache.State {
  fileprivate mutating func use(_ name: String) -> FileDescriptor? {
    clock += 1
    guard let file = open[name]?.file else { return nil }
    open[name]?.used = clock
    return file
  }

  fileprivate mutating func closeOldest() {
    if let oldest = open.min(by: { $0.value.used < $1.value.used }) { open[oldest.key] = nil }
  }
}
