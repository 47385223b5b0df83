internal import HTTPClient
internal import Model

/// Reads a job's log from the server, byte for byte, and goes on where a cut connection left it.
struct LogDownload: Sendable {
  let connection: ServerConnection
  let job: Int64
  var retry = Retry()

  /// Gives `write` what is stored of the log at this time.
  mutating func run(_ write: ([UInt8]) throws -> Void) async throws {
    var offset: Int64 = 0
    while true {
      do {
        let range: HTTPClientHeaders = offset > 0 ? ["Range": "bytes=\(offset)-"] : [:]
        let response = try await connection.send("GET", "/jobs/\(job)/log", headers: range)
        if response.status == 416 { return }
        guard response.status == (offset > 0 ? 206 : 200) else { throw await connection.refusal(response) }
        for try await bytes in response.body {
          offset += Int64(bytes.count)
          retry.succeeded()
          try write(bytes)
        }
        return
      } catch {
        try await retry.recover(from: error)
      }
    }
  }
}
