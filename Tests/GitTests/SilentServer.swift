import Concurrency
import Glibc
import Testing

/// Accepts one connection on loopback and says nothing.
final class SilentServer: Sendable {
  let port: UInt16
  private let listening: Int32
  private let accepted = Lock<Int32>(-1)

  init() throws {
    let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let (status, bound) = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        (bind(raw, generic, length) | listen(raw, 1) | getsockname(raw, generic, &length), pointer.pointee)
      }
    }
    try #require(status == 0)
    listening = raw
    port = UInt16(bigEndian: bound.sin_port)
  }

  /// Returns once somebody has connected.
  func connected() async throws {
    let threads = BlockingThreads(name: "accept", count: 1)
    let raw = try await threads.run { [listening] in accept(listening, nil, nil) }
    threads.stop()
    try #require(raw >= 0)
    accepted.withLock { $0 = raw }
  }

  deinit {
    close(listening)
    let raw = accepted.withLock { $0 }
    if raw >= 0 { close(raw) }
  }
}
