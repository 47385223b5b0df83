internal import Concurrency
internal import Crypto
internal import Files
internal import HTTPClient
internal import Model

/// Fetches one artifact, in memory that does not depend on its size, and checks its SHA-256.
struct ArtifactDownload {
  let connection: ServerConnection
  let console: Console
  /// Below `/api/v1`.
  let path: String
  let artifact: ArtifactDocument
  var retry = Retry()

  /// To a file, which appears under its name only once it is complete and right. An older file of the name is replaced.
  func toFile(_ output: String) async throws {
    guard !output.isEmpty, !output.hasSuffix("/") else { throw UsageError("--output '\(output)' is not a file's name") }
    let temporary = "\(output).part-\(UInt32.random(in: .min ... .max))"
    let file = try FileDescriptor.open(temporary, .createNew(permissions: artifact.isExecutable ? 0o777 : 0o666))
    let threads = BlockingThreads(name: "download", count: 1)
    defer { threads.stop() }
    do {
      var retry = retry
      try await receive(&retry) { bytes, offset in try await threads.run { try file.write(bytes, at: offset) } }
      try await threads.run { try FileTree.rename(temporary, to: output) }
    } catch {
      _ = try? FileTree.removeFile(temporary)
      throw error is FileError ? CommandFailure("\(error)") : error
    }
  }

  /// To standard output. A wrong SHA-256 is found at the end, when the bytes are out already.
  func toOutput() async throws {
    var retry = retry
    try await receive(&retry) { bytes, _ in try console.output(bytes) }
  }

  private func receive(_ retry: inout Retry, _ write: ([UInt8], Int64) async throws -> Void) async throws {
    var hash = try SHA256()
    var offset: Int64 = 0
    while offset < artifact.size {
      do {
        let response = try await request(from: offset)
        for try await bytes in response.body {
          retry.succeeded()
          hash.update(bytes)
          try await write(bytes, offset)
          offset += Int64(bytes.count)
          let name = BuildRenderer.safe(artifact.name)
          try console.progress("\(name)  \(ByteCount.text(offset)) of \(ByteCount.text(artifact.size))")
        }
        guard offset == artifact.size else { throw wrong("has \(offset) bytes instead of \(artifact.size)") }
      } catch {
        try await retry.recover(from: error)
      }
    }
    try console.endProgress()
    let digest = Hexadecimal.string(try hash.finish())
    guard digest == artifact.sha256 else { throw wrong("has the SHA-256 \(digest) instead of \(artifact.sha256)") }
  }

  private func request(from offset: Int64) async throws -> HTTPClientResponse {
    // With If-Range an artifact that was replaced meanwhile comes whole, with status 200, and is refused below.
    let headers: HTTPClientHeaders =
      offset > 0 ? ["Range": "bytes=\(offset)-", "If-Range": "\"\(artifact.sha256)\""] : [:]
    let response = try await connection.send("GET", path, headers: headers)
    if response.status == 307, let elsewhere = response.headers["Location"] {
      return try await request(elsewhere: elsewhere, from: offset)
    }
    guard (200..<300).contains(response.status) else { throw await connection.refusal(response) }
    guard response.status == (offset > 0 ? 206 : 200) else { throw wrong("has changed while it was fetched") }
    return response
  }

  /// From a bucket that the server leads to, without our token. The SHA-256 says whether it is the right content.
  private func request(elsewhere url: String, from offset: Int64) async throws -> HTTPClientResponse {
    let response = try await connection.send(elsewhere: url, headers: offset > 0 ? ["Range": "bytes=\(offset)-"] : [:])
    let start = offset == 0 || response.headers["Content-Range"]?.hasPrefix("bytes \(offset)-") == true
    guard (200..<300).contains(response.status), start else {
      throw wrong("cannot be read from the bucket, which answers with status \(response.status)")
    }
    return response
  }

  private func wrong(_ problem: String) -> CommandFailure {
    CommandFailure(BuildRenderer.safe("the artifact '\(artifact.name)' \(problem); fetch it again"))
  }
}
