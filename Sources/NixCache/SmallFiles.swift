internal import Concurrency
internal import Model

/// Small files that came in one piece and wait for what describes them, by the names of their uploads. In memory: what
/// is lost with the process is sent again. Where there is no room, the file goes where large ones do.
final class SmallFiles: Sendable {
  private struct State {
    var files: [String: (bytes: [UInt8], since: Timestamp)] = [:]
    var size = 0
  }

  /// Bytes of all files.
  private let limit: Int
  private let state = Lock(State())

  init(limit: Int = 16 << 20) { self.limit = limit }

  /// Keeps a file; false where there is no room for it.
  func add(_ bytes: [UInt8], _ name: String, at now: Timestamp) -> Bool {
    state.withLock { state in
      let size = state.size - (state.files[name]?.bytes.count ?? 0) + bytes.count
      guard size <= limit else { return false }
      state.files[name] = (bytes, now)
      state.size = size
      return true
    }
  }

  /// The file of this name.
  func file(_ name: String) -> [UInt8]? { state.withLock { $0.files[name]?.bytes } }

  /// Forgets a file. An absent one is fine.
  func remove(_ name: String) {
    state.withLock { state in state.size -= state.files.removeValue(forKey: name)?.bytes.count ?? 0 }
  }

  /// Forgets the files that came before `time`. Returns how many.
  func removeUntouched(since time: Timestamp) -> Int {
    state.withLock { state in
      let stale = state.files.filter { $0.value.since < time }
      for (name, file) in stale {
        state.files[name] = nil
        state.size -= file.bytes.count
      }
      return stale.count
    }
  }
}
