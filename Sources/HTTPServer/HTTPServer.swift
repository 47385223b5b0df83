internal import CMicrohttpd
internal import Concurrency
internal import Glibc

/// An HTTP/1.1 server over libmicrohttpd: a few threads wait for the network, handlers are Swift tasks, and a
/// connection whose handler works sleeps meanwhile.
///
/// Requests that other software could read differently (two lengths, a length and a transfer coding, NUL bytes, folded
/// lines, paths with `..`) are answered with 400 and never reach the handler. Must be stopped by `stop()`.
///
/// <https://www.gnu.org/software/libmicrohttpd/manual/libmicrohttpd.html>
public final class HTTPServer: Sendable {
  private enum State {
    case idle
    case running(Daemon)
    case stopping
    case stopped
  }

  private let core: ServerCore
  private let state = Lock(State.idle)

  /// A server that does not listen yet.
  public init(
    configuration: HTTPServerConfiguration = HTTPServerConfiguration(), handler: @escaping HTTPHandler
  ) throws(HTTPServerError) {
    try Self.check(configuration)
    core = ServerCore(configuration: configuration, handler: handler)
  }

  /// Listens, and returns the address: the port is the one that was picked where the configuration says 0.
  @discardableResult
  public func start() throws(HTTPServerError) -> (host: String, port: Int) {
    try state.withLock { state throws(HTTPServerError) in
      guard case .idle = state else { throw .alreadyStarted }
      let daemon = try Daemon(core: core)
      state = .running(daemon)
      return (core.configuration.host, daemon.port)
    }
  }

  /// Accepts nothing more, cancels handlers and streams, gives answers on their way `stopGrace` to leave, closes all
  /// connections, and returns when every handler has. Later calls return at once.
  public func stop() async {
    let daemon: Daemon? = state.withLock { state in
      guard case .running(let daemon) = state else {
        if case .idle = state { state = .stopped }
        return nil
      }
      state = .stopping
      return daemon
    }
    guard let daemon else { return }
    // In a task of its own: who stops a server may well have been cancelled, and nothing would be given any time then.
    await Task { await stop(daemon) }.value
  }

  private func stop(_ daemon: Daemon) async {
    daemon.stopListening()
    let exchanges = core.beginStopping()
    for exchange in exchanges { exchange.cancel() }
    await emptied(within: core.configuration.stopGrace)
    for exchange in core.beginStopping() { exchange.abort() }
    core.connections.stop()
    await daemon.stop()
    await core.waitUntilEmpty()
    state.withLock { $0 = .stopped }
  }

  /// Requests that are being received, handled or answered.
  public var activeRequests: Int { core.liveExchanges }

  private func emptied(within grace: Duration) async {
    await withTaskGroup { group in
      group.addTask { await self.core.waitUntilEmpty() }
      group.addTask { try? await Task.sleep(for: grace) }
      await group.next()
      group.cancelAll()
    }
  }

  private static func check(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) {
    guard (0...65_535).contains(configuration.port) else {
      throw .invalidConfiguration("the port \(configuration.port) is not between 0 and 65535")
    }
    guard (1...64).contains(configuration.threads) else {
      throw .invalidConfiguration("\(configuration.threads) threads are not between 1 and 64")
    }
    guard configuration.connectionLimit >= configuration.threads else {
      throw .invalidConfiguration("\(configuration.connectionLimit) connections are fewer than threads")
    }
    guard (4096...(1 << 20)).contains(configuration.connectionMemory) else {
      throw .invalidConfiguration("connection memory of \(configuration.connectionMemory) is not from 4096 to 1048576")
    }
    guard configuration.headTimeout > .zero, configuration.bodyInterval > .zero else {
      throw .invalidConfiguration("a time for heads and bodies is not positive")
    }
    guard !configuration.host.utf8.contains(0) else { throw .invalidConfiguration("the host holds a NUL byte") }
  }
}
