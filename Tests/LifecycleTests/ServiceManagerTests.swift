import Glibc
import Lifecycle
import Testing

@Suite("What the service manager is told")
struct ServiceManagerTests {
  @Test("Readiness and stopping arrive as datagrams", arguments: [true, false])
  func arrives(abstract: Bool) throws {
    let name = "/tmp/wright-notify-\(getpid())-\(abstract)"
    let manager = try ListeningSocket(abstract ? "@" + name : name)
    defer { unlink(name) }
    let told = ServiceManager(environment: ["NOTIFY_SOCKET": abstract ? "@" + name : name])
    told.ready()
    #expect(manager.receive() == "READY=1")
    told.stopping(within: .seconds(66))
    #expect(manager.receive() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=66000000")
  }

  @Test(
    "Nobody is told where nobody listens, and nothing fails",
    arguments: [
      [:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "@"], ["NOTIFY_SOCKET": "relative"],
      ["NOTIFY_SOCKET": "/nowhere/at/all"],
      ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 300)],
    ])
  func nobody(environment: [String: String]) {
    let told = ServiceManager(environment: environment)
    told.ready()
    told.stopping(within: .seconds(Int64.max))
  }
}

/// The manager's end.
private struct ListeningSocket {
  private let descriptor: Int32

  init(_ name: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(name.utf8)
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    try #require(bound == 0)
  }

  func receive() -> String {
    var buffer = [UInt8](repeating: 0, count: 1024)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }
}
