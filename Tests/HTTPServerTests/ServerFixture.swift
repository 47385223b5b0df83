import HTTPServer

/// Runs `body` against a server on a free port and stops it afterwards.
func withServer<R: Sendable>(
  _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
  handler: @escaping HTTPHandler, _ body: @Sendable (HTTPServer, Int) async throws -> R
) async throws -> R {
  let server = try HTTPServer(configuration: configuration.patient, handler: handler)
  let (_, port) = try server.start()
  let result: Result<R, any Error>
  do { result = .success(try await body(server, port)) } catch { result = .failure(error) }
  await server.stop()
  return try result.get()
}

extension HTTPServerConfiguration {
  /// With much time where a test has asked for no other: among hundreds of tests on a loaded machine, one may come to
  /// its next step a minute after the last.
  var patient: Self {
    let standard = HTTPServerConfiguration()
    var patient = self
    if headTimeout == standard.headTimeout { patient.headTimeout = .seconds(600) }
    if idleTimeout == standard.idleTimeout { patient.idleTimeout = .seconds(600) }
    if bodyInterval == standard.bodyInterval { patient.bodyInterval = .seconds(600) }
    return patient
  }
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
