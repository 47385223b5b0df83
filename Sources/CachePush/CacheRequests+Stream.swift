internal import HTTPClient

extension CacheRequests {
  /// Sends parts as one body. One part alone is sent as `send` does it. Several are sent as they come, their length not
  /// known before, and not again: throws `TryAgain` where another attempt may go better.
  func stream<Parts: AsyncSequence>(
    _ method: String, _ url: String, _ what: String, parts: Parts, headers: HTTPClientHeaders = [:]
  ) async throws -> Answer where Parts.Element == NarPart {
    var rest = parts.makeAsyncIterator()
    var next = try await rest.next()
    if let first = next, first.isLast {
      let answer = try await send(method, url, what, headers: headers, body: .bytes(first.bytes))
      // The end comes after the last part.
      while try await rest.next() != nil {}
      return answer
    }
    let upload = HTTPClientUpload()
    async let sending = once(method, url, headers: headers, body: .stream(upload))
    do {
      while next != nil {
        if let part = next { try await upload.write(part.bytes) }
        // Its bytes count as memory in use until it goes, and the next ones may wait for that.
        next = nil
        next = try await rest.next()
      }
      upload.finish()
    } catch is CancellationError {
      // The transfer is over already, and what it ended with says why; or the task was cancelled.
      upload.abandon()
    } catch {
      upload.abandon()
      _ = try? await sending
      throw error
    }
    let answer: Answer
    do {
      answer = try await sending
    } catch let error as HTTPClientError {
      throw TryAgain(reason: .unavailable("\(what): \(error)"))
    }
    guard !RetryPlan.isTemporary(answer.status) else {
      throw TryAgain(reason: .unavailable("\(what): the cache answers with \(answer.sentence)"))
    }
    return answer
  }
}
