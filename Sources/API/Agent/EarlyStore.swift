internal import Concurrency
internal import Files

/// A large artifact that is stored while it comes, so that its hashes are there with its last byte. One at a time, and
/// only as long as it comes fast: a store does few at a time, and whoever sends slowly must not keep it from others.
struct EarlyStore: Sendable {
  /// Smaller ones are hashed soon enough when they are whole.
  private static let smallest: Int64 = 8 << 20
  /// So much at least has to come in each `interval`.
  private static let pace: Int64 = 16 << 20
  private static let interval = Duration.milliseconds(500)

  /// How far it has come.
  let arrival: FileArrival
  private let watch: Task<Void, Never>
  private let isTaken: Lock<Bool>

  /// Nil where it is not worth while, or another one is being stored so.
  init?(size: Int64, offset: Int64, isTaken: Lock<Bool>) {
    guard size - offset >= Self.smallest else { return nil }
    let isFirst = isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
    guard isFirst else { return nil }
    let arrival = FileArrival(offset)
    self.arrival = arrival
    self.isTaken = isTaken
    watch = Task {
      var last = offset
      while (try? await Task.sleep(for: Self.interval)) != nil {
        let count = arrival.count
        if count >= size { return }
        if count - last < Self.pace { return arrival.abandon() }
        last = count
      }
    }
  }

  /// It is stored, or is not going to be.
  func end() {
    watch.cancel()
    isTaken.withLock { $0 = false }
  }
}
