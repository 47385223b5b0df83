internal import CMicrohttpd
internal import Concurrency
internal import Glibc

/// The library's daemon: its threads and its listening socket.
///
/// `@unchecked Sendable`: the pointer is only used by `stop`, which the server calls once.
final class Daemon: @unchecked Sendable {
  let port: Int
  /// What the daemon listens on.
  private let socket: Int32
  private let raw: OpaquePointer
  /// The daemon's threads hold the core without a reference of their own; released when they have ended.
  private let context: Unmanaged<ServerCore>

  init(core: ServerCore) throws(HTTPServerError) {
    let configuration = core.configuration
    // Some descriptors are for files, databases and processes.
    let descriptors = Int(clamping: wright_raise_descriptor_limit())
    let limit = max(configuration.threads, min(configuration.connectionLimit, descriptors - descriptors / 8 - 64))
    let socket = try Self.listen(configuration)
    core.connections.setLimit(limit)
    let context = Unmanaged.passRetained(core)
    var options = wright_mhd_options(
      listen_socket: socket, threads: UInt32(configuration.threads), connection_limit: UInt32(clamping: limit),
      idle_timeout_seconds: UInt32(clamping: max(1, configuration.idleTimeout.components.seconds)),
      connection_memory: configuration.connectionMemory, on_target: onTarget, on_request: onRequest,
      on_completed: onCompleted, on_connection: onConnection, context: context.toOpaque())
    guard let raw = wright_mhd_start(&options) else {
      context.release()
      close(socket)
      throw .cannotListen(
        host: configuration.host, port: configuration.port, reason: "the HTTP library did not start its threads")
    }
    self.raw = raw
    self.socket = socket
    self.context = context
    port = Int(wright_local_port(socket))
  }

  private static func listen(_ configuration: HTTPServerConfiguration) throws(HTTPServerError) -> Int32 {
    var resolution: Int32 = 0
    let socket = wright_listen(configuration.host, String(configuration.port), &resolution)
    if socket >= 0 { return socket }
    let code = errno
    if socket == -1, code == EADDRINUSE {
      throw .addressInUse(host: configuration.host, port: configuration.port)
    }
    let reason = socket == -2 ? String(cString: gai_strerror(resolution)) : String(cString: strerror(code))
    throw .cannotListen(host: configuration.host, port: configuration.port, reason: reason)
  }

  /// Accepts no more connections.
  func stopListening() {
    // Where it fails, connections are accepted until the daemon stops, and get no answer.
    _ = wright_mhd_stop_listening(socket)
  }

  /// Closes all connections and ends the threads. No connection may be suspended any more.
  func stop() async {
    await withCheckedContinuation { continuation in
      // Joins the daemon's threads, which the cooperative pool must not wait for.
      Thread.start(name: "http-stop") {
        MHD_stop_daemon(self.raw)
        self.context.release()
        continuation.resume()
      }
    }
  }
}

private func onConnection(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer,
  number: UnsafeMutablePointer<UnsafeMutableRawPointer?>, code: MHD_ConnectionNotificationCode
) {
  guard let context else { return }
  let connections = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue().connections
  if code == .CONNECTION_NOTIFY_STARTED {
    number.pointee = UnsafeMutableRawPointer(bitPattern: connections.opened(socket: wright_mhd_socket(connection)))
  } else {
    connections.closed(UInt(bitPattern: number.pointee))
  }
}

private func onTarget(
  context: UnsafeMutableRawPointer?, target: UnsafePointer<CChar>, connection: OpaquePointer
) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  let core = Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
  let parsed = Result { () throws(RequestRefusal) in
    guard wright_mhd_target_is_whole(target) != 0 else { throw .badRequest("The target holds a NUL byte.") }
    let bytes = UnsafeRawPointer(target).assumingMemoryBound(to: UInt8.self)
    return try RequestTarget(parsing: UnsafeBufferPointer(start: bytes, count: strlen(target)))
  }
  return Unmanaged.passRetained(Exchange(core: core, connection: connection, target: parsed)).toOpaque()
}

private func onRequest(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer, url: UnsafePointer<CChar>,
  method: UnsafePointer<CChar>, version: UnsafePointer<CChar>, upload: UnsafePointer<CChar>?,
  uploadSize: UnsafeMutablePointer<Int>, request: UnsafeMutablePointer<UnsafeMutableRawPointer?>
) -> MHD_Result {
  guard let pointer = request.pointee else { return .NO }
  let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeUnretainedValue()
  let bytes = UnsafeRawPointer(upload)?.assumingMemoryBound(to: UInt8.self)
  let call = Exchange.Call(
    connection: connection, method: method, version: version,
    upload: UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : uploadSize.pointee))
  uploadSize.pointee = 0
  return exchange.onRequest(call) ? .YES : .NO
}

private func onCompleted(
  context: UnsafeMutableRawPointer?, connection: OpaquePointer,
  request: UnsafeMutablePointer<UnsafeMutableRawPointer?>, reason: MHD_RequestTerminationCode
) {
  guard let pointer = request.pointee else { return }
  request.pointee = nil
  let exchange = Unmanaged<Exchange>.fromOpaque(pointer).takeRetainedValue()
  exchange.onCompleted(isComplete: reason == .REQUEST_TERMINATED_COMPLETED_OK)
}
