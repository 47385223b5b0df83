internal import Concurrency

/// Runs services together and stops them in the reverse of their order, each given time to end before the next is
/// asked to.
public struct ServiceGroup: Sendable {
  private let services: [any Service]
  private let stopTimeout: Duration
  private let log: Logger

  /// Services in the order in which they depend on each other: the first is stopped last. Each gets `stopTimeout`.
  public init(_ services: [any Service], stopTimeout: Duration, log: Logger) {
    self.services = services
    self.stopTimeout = stopTimeout
    self.log = log
  }

  /// Starts all, waits until `stop` returns or a service ends by itself, and then stops all. Throws the error of the
  /// service that failed first.
  public func run(until stop: @escaping @Sendable () async -> Void) async throws {
    let ended = AsyncStream<Result<Void, any Error>>.makeStream()
    let tasks = services.map { service in
      Task {
        do {
          try await service.run()
          if !Task.isCancelled { throw ServiceEnded(name: service.name) }
        } catch is CancellationError {
        } catch {
          log.error("service failed", ["service": service.name, "error": "\(error)"])
          ended.continuation.yield(.failure(error))
        }
      }
    }
    let stopper = Task {
      await stop()
      ended.continuation.yield(.success(()))
    }
    var first: Result<Void, any Error> = .success(())
    for await result in ended.stream {
      first = result
      break
    }
    stopper.cancel()
    await stopAll(tasks)
    try first.get()
  }

  private func stopAll(_ tasks: [Task<Void, Never>]) async {
    for (service, task) in zip(services, tasks).reversed() {
      task.cancel()
      if await !ends(task) {
        log.warning("service did not stop in time", ["service": service.name, "timeout": "\(stopTimeout)"])
      }
    }
  }

  private func ends(_ task: Task<Void, Never>) async -> Bool {
    let outcome = AsyncStream<Bool>.makeStream()
    let waiting = Task {
      await task.value
      outcome.continuation.yield(true)
    }
    let timer = Task {
      try? await Task.sleep(for: stopTimeout)
      outcome.continuation.yield(false)
    }
    defer {
      waiting.cancel()
      timer.cancel()
    }
    for await ended in outcome.stream { return ended }
    return false
  }
}

/// A service returned although nobody had asked it to stop.
struct ServiceEnded: Error, CustomStringConvertible {
  var name: String
  var description: String { "service \(name) ended by itself" }
}
