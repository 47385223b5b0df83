import Concurrency
import Files
import Glibc
import HTTPServer

/// Runs `body` with the URL of a server and stops that afterwards.
func withServer(
  configuration: HTTPServerConfiguration = HTTPServerConfiguration(stopGrace: .milliseconds(200)),
  handler: @escaping HTTPHandler, _ body: (String) async throws -> Void
) async throws {
  let server = try HTTPServer(configuration: configuration, handler: handler)
  let (host, port) = try server.start()
  let result: Result<Void, any Error>
  do { result = .success(try await body("http://\(host):\(port)")) } catch { result = .failure(error) }
  await server.stop()
  try result.get()
}

/// Waits until a number has begun to grow and then stands still.
func standsStill(_ number: () -> Int) async -> Bool {
  var last = 0
  var times = 0
  for _ in 0..<2_000 {
    let now = number()
    times = now > 0 && now == last ? times + 1 : 0
    if times >= 20 { return true }
    last = now
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}

/// Takes one connection, reads the head of a request, answers with fixed bytes, and closes.
final class CannedServer: Sendable {
  let path: String
  let url: String
  private let head = Lock<String?>(nil)
  private let done = Wakeup()

  init(unixSocket: Bool = false, answer: String) throws {
    path = "/tmp/wright-canned-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
    let (listening, port) = unixSocket ? (try Self.listenUnix(path), 0) : try Self.listenTCP()
    url = "http://127.0.0.1:\(port)"
    Thread.start(name: "canned") { self.serve(listening, answer) }
  }

  deinit { unlink(path) }

  /// The head of the request that came.
  func request() async -> String {
    await done.wait()
    return head.withLock { $0 } ?? ""
  }

  private func serve(_ listening: Int32, _ answer: String) {
    let connection = accept(listening, nil, nil)
    var received: [UInt8] = []
    var byte: UInt8 = 0
    while received.suffix(4) != [13, 10, 13, 10], recv(connection, &byte, 1, 0) == 1 { received.append(byte) }
    let bytes = Array(answer.utf8)
    _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    close(connection)
    close(listening)
    head.withLock { $0 = String(decoding: received, as: UTF8.self) }
    done.signal()
  }

  private static func listenUnix(_ path: String) throws -> Int32 {
    let listening = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    try bind(listening, &address)
    return listening
  }

  private static func listenTCP() throws -> (Int32, Int) {
    let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    try bind(listening, &address)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listening, $0, &size) }
    }
    return (listening, Int(UInt16(bigEndian: address.sin_port)))
  }

  private static func bind<Address>(_ socket: Int32, _ address: inout Address) throws {
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(socket, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard status == 0, listen(socket, 1) == 0 else { throw FileError.last("listen") }
  }
}
