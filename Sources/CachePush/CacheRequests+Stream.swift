internal import HTTPClient

extension CacheRequests {
  /// Sends parts as one body of a length that is not known before, as they come. Not made again: throws `TryAgain` where
  /// another attempt may go better.
  func stream<Parts: AsyncSequence>(
    _ method: String, _ url: String, _ what: String, parts: Parts, headers: HTTPClientHeaders = [:]
  ) async throws -> Answer where Parts.Element == NarPart {
    let upload = HTTPClientUpload()
    async let sending = once(method, url, headers: headers, body: .stream(upload))
    do {
      for try await part in parts { try await upload.write(part.bytes) }
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
