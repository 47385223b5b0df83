internal import CMicrohttpd
internal import Concurrency

/// A streamed answer that has fewer bytes than it said.
struct IncompleteStream: Error, CustomStringConvertible {
  var missing: Int64
  var description: String { "\(missing) bytes are missing at its end" }
}

extension Exchange {
  /// Runs the function that writes a streamed answer, to its end.
  func runStream(_ write: @Sendable (HTTPBodyWriter) async throws -> Void) async {
    var failure: (any Error)?
    do {
      try await write(HTTPBodyWriter { bytes in try await self.writeBody(bytes) })
    } catch {
      failure = error
    }
    let isCut = state.withLock { state in
      if state.isOver { return false }
      state.stream.finish(failed: failure != nil)
      resume(&state)
      return failure != nil
    }
    if isCut, let failure, !(failure is CancellationError) {
      core.configuration.report("a streamed answer to \(describedTarget) was cut: \(failure)")
    }
  }

  /// As above, for an answer that says before how many bytes it has.
  func runStream(of count: Int64, _ write: @escaping @Sendable (HTTPBodyWriter) async throws -> Void) async {
    if count == 0 { return }
    await runStream { writer in
      let left = Lock(count)
      try await write(
        HTTPBodyWriter { bytes in
          try left.withLock { left in
            guard bytes.count <= left else { throw HTTPBodyError.tooLarge(limit: Int(clamping: count)) }
            left -= Int64(bytes.count)
          }
          try await writer.write(bytes)
        })
      let missing = left.withLock { $0 }
      if missing > 0 { throw IncompleteStream(missing: missing) }
    }
  }

  var describedTarget: String { (try? target.get().raw) ?? "an invalid target" }

  private func writeBody(_ bytes: [UInt8]) async throws {
    if bytes.isEmpty { return }
    let isFull = try state.withLock { state in
      if state.isOver { throw HTTPBodyError.disconnected }
      try Task.checkCancellation()
      state.stream.append(bytes)
      resume(&state)
      return state.stream.isFull
    }
    if isFull { try await awaitRoom() }
  }

  private func awaitRoom() async throws {
    let id = state.withLock { state in
      state.lastWriter += 1
      return state.lastWriter
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result: Result<Void, any Error>? = state.withLock { state in
          if state.isOver { return .failure(HTTPBodyError.disconnected) }
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.stream.hasRoom { return .success(()) }
          state.writers[id] = continuation
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      state.withLock { $0.writers.removeValue(forKey: id) }?.resume(throwing: CancellationError())
    }
  }

  /// Fills the library's buffer with what the stream has written, or goes to sleep.
  func onStreamRead(_ target: UnsafeMutableRawBufferPointer) -> ResponseStreamBuffer.Reading {
    let (reading, writers) = state.withLock { state in
      if state.isAborted {
        return (ResponseStreamBuffer.Reading.failure, [:])
          as (ResponseStreamBuffer.Reading, [UInt64: CheckedContinuation<Void, any Error>])
      }
      let reading = state.stream.read(into: target)
      if reading == .nothingYet { suspend(&state) }
      guard state.stream.hasRoom, !state.writers.isEmpty else { return (reading, [:]) }
      defer { state.writers = [:] }
      return (reading, state.writers)
    }
    for writer in writers.values { writer.resume() }
    return reading
  }
}
