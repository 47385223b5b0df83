import Concurrency
import Glibc

/// A TCP client that sends exactly the bytes it is given. Its calls block, so they run on threads of their own.
final class RawClient: Sendable {
  private static let threads = BlockingThreads(name: "raw-client", count: 64)
  private let raw: Int32
  private let isClosed = Lock(false)

  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  struct Response {
    var status: Int
    var head: String
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts[0].lowercased() == name.lowercased() {
          return String(parts[1].drop { $0 == " " })
        }
      }
      return nil
    }
  }

  /// Connects to a port of this machine. `receiveBuffer` makes a client that takes in little at a time.
  init(port: Int, receiveBuffer: Int32? = nil) throws {
    raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var timeout = timeval(tv_sec: 120, tv_usec: 0)
    setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    if var receiveBuffer {
      setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // `deinit` runs then, too, and closes.
    guard status == 0 else { throw Failure(description: "connect: \(String(cString: strerror(errno)))") }
  }

  deinit { disconnect() }

  /// Closes the connection; the other side sees its end, and a reset when it writes. Nothing may be called afterwards.
  func disconnect() {
    let isFirst = isClosed.withLock { isClosed in
      defer { isClosed = true }
      return !isClosed
    }
    if isFirst { Glibc.close(raw) }
  }

  /// Tells the other side that nothing more will be sent.
  func endSending() { shutdown(raw, Int32(SHUT_WR)) }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    let raw = raw
    try await Self.threads.run {
      var done = 0
      while done < bytes.count {
        let count = bytes[done...].withUnsafeBytes {
          Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { throw Failure(description: "send: \(String(cString: strerror(errno)))") }
        done += count
      }
    }
  }

  /// Up to `limit` bytes; empty at the end of the connection.
  func receive(limit: Int = 65536) async throws -> [UInt8] {
    let raw = raw
    return try await Self.threads.run { try Self.receive(raw, limit) }
  }

  private static func receive(_ raw: Int32, _ limit: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = recv(raw, &bytes, limit, 0)
    guard count >= 0 else {
      // A reset is an end, too.
      if errno == ECONNRESET { return [] }
      throw Failure(description: "receive: \(String(cString: strerror(errno)))")
    }
    return Array(bytes[..<count])
  }

  /// Everything until the connection ends.
  func receiveAll() async throws -> [UInt8] {
    let raw = raw
    return try await Self.threads.run {
      var all: [UInt8] = []
      while true {
        let bytes = try Self.receive(raw, 65536)
        if bytes.isEmpty { return all }
        all += bytes
      }
    }
  }

  /// Exactly up to the end of the next line break and nothing of what follows.
  private static func line(_ raw: Int32) throws -> String {
    var line: [UInt8] = []
    while true {
      let byte = try receive(raw, 1)
      guard let byte = byte.first else {
        throw Failure(description: "the connection ended in \(String(decoding: line, as: UTF8.self))")
      }
      line.append(byte)
      if line.suffix(2) == [13, 10] { return String(decoding: line.dropLast(2), as: UTF8.self) }
    }
  }

  private static func exactly(_ raw: Int32, _ count: Int) throws -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      let bytes = try receive(raw, min(65536, count - all.count))
      guard !bytes.isEmpty else {
        throw Failure(description: "the connection ended after \(all.count) of \(count) bytes")
      }
      all += bytes
    }
    return all
  }

  /// The head of an answer, with its empty line.
  func head() async throws -> String {
    let raw = raw
    return try await Self.threads.run { try Self.head(raw) }
  }

  private static func head(_ raw: Int32) throws -> String {
    var head = ""
    while true {
      let line = try line(raw)
      head += line + "\r\n"
      if line.isEmpty { return head }
    }
  }

  /// One chunk of a chunked body; empty for the last.
  func chunk() async throws -> [UInt8] {
    let raw = raw
    return try await Self.threads.run { try Self.chunk(raw) }
  }

  private static func chunk(_ raw: Int32) throws -> [UInt8] {
    let line = try line(raw)
    guard let size = Int(line, radix: 16) else { throw Failure(description: "no chunk size: \(line)") }
    let bytes = try exactly(raw, size)
    _ = try Self.line(raw)
    return bytes
  }

  /// A whole answer, and not a byte more. `hasBody` is false after HEAD.
  func response(hasBody: Bool = true) async throws -> Response {
    let raw = raw
    return try await Self.threads.run {
      let head = try Self.head(raw)
      let words = head.split(separator: " ")
      var response = Response(status: words.count > 1 ? Int(words[1]) ?? 0 : 0, head: head, body: [])
      guard hasBody else { return response }
      if let length = response.header("Content-Length").flatMap({ Int($0) }) {
        response.body = try Self.exactly(raw, length)
      } else if response.header("Transfer-Encoding") == "chunked" {
        while case let chunk = try Self.chunk(raw), !chunk.isEmpty { response.body += chunk }
      }
      return response
    }
  }

  /// Sends a request and reads the answer.
  func exchange(_ request: String) async throws -> Response {
    try await send(request)
    return try await response()
  }
}

/// A GET of HTTP/1.1.
func get(_ target: String, method: String = "GET", headers: [String] = []) -> String {
  (["\(method) \(target) HTTP/1.1", "Host: test"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
}
