import HTTPServer

/// Runs `body` against a server on a free port and stops it afterwards.
func withServer<R: Sendable>(
  _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
  handler: @escaping HTTPHandler, _ body: @Sendable (HTTPServer, Int) async throws -> R
) async throws -> R {
  var configuration = configuration
  // On a loaded machine a test may come to its request long after it has connected.
  if configuration.headTimeout == HTTPServerConfiguration().headTimeout { configuration.headTimeout = .seconds(600) }
  let server = try HTTPServer(configuration: configuration, handler: handler)
  let (_, port) = try server.start()
  let result: Result<R, any Error>
  do { result = .success(try await body(server, port)) } catch { result = .failure(error) }
  await server.stop()
  return try result.get()
}

/// An answer in plain text.
func text(_ text: String, status: Int = 200) -> HTTPResponse {
  HTTPResponse(status: status, headers: ["Content-Type": "text/plain"], content: .bytes(Array(text.utf8)))
}

/// Waits until `condition` holds, for things that only the kernel or another thread can bring about.
func eventually(_ condition: @Sendable () async -> Bool) async -> Bool {
  for _ in 0..<2_000 {
    if await condition() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}
