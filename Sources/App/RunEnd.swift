import Concurrency

/// What ends the server: a signal, or another server that leads.
final class RunEnd: Sendable {
  private let stop: StopRequest
  private let overtaken: Wakeup?
  private let wasOvertaken = Lock(false)

  /// Both are waited for.
  init(_ stop: StopRequest, overtaken: Wakeup?) {
    self.stop = stop
    self.overtaken = overtaken
  }

  /// True where it was the other server.
  var isOvertaken: Bool { wasOvertaken.withLock { $0 } }

  /// Returns at the first of both.
  @Sendable func wait() async {
    guard let overtaken else { return await stop.wait() }
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await self.stop.wait()
        return false
      }
      group.addTask {
        await overtaken.wait()
        return !Task.isCancelled
      }
      if await group.next() == true { wasOvertaken.withLock { $0 = true } }
      group.cancelAll()
    }
  }
}
