internal import CMicrohttpd
internal import Files
internal import Glibc

/// Why an answer that a handler gave cannot be sent.
enum ResponseError: Error, CustomStringConvertible {
  case invalidHeader(name: String)
  case invalidStatus(Int)
  case invalidRange(offset: Int64, count: Int64)
  case noDescriptor(code: Int32)
  case noMemory

  var description: String {
    switch self {
    case .invalidHeader(let name): "the header field \(name) has a name or a value that HTTP does not allow"
    case .invalidStatus(let status): "\(status) is not a status from 200 to 999"
    case .invalidRange(let offset, let count): "\(count) bytes from \(offset) are not a part of a file"
    case .noDescriptor(let code): "the file cannot be duplicated: \(String(cString: strerror(code)))"
    case .noMemory: "there is no memory"
    }
  }
}

/// An answer in the library's form, released when this goes; the library counts references of its own.
struct LibraryResponse: ~Copyable {
  private let raw: OpaquePointer

  private init(raw: OpaquePointer) { self.raw = raw }

  /// The library's form of `response`; `closing` ends the connection after it.
  static func make(
    _ response: HTTPResponse, exchange: Exchange, hasBody: Bool, closing: Bool
  ) throws(ResponseError) -> LibraryResponse {
    if case .upgrade = response.content {
      guard response.status == 101 else { throw .invalidStatus(response.status) }
    } else if !(200...999).contains(response.status) {
      throw .invalidStatus(response.status)
    }
    let made = LibraryResponse(raw: try raw(response.content, exchange: exchange))
    for field in response.headers.fields { try made.add(field.name, field.value) }
    if !hasBody, case .stream = response.content {
      // Otherwise the library would send the last chunk of a body that is not there.
      wright_mhd_set_unchunked(made.raw)
    }
    if closing { try made.add("Connection", "close") }
    return made
  }

  deinit { MHD_destroy_response(raw) }

  /// Hands the answer to the library. False cuts the connection.
  func queue(on connection: OpaquePointer, status: Int) -> Bool {
    MHD_queue_response(connection, UInt32(clamping: status), raw) == .YES
  }

  private func add(_ name: String, _ value: String) throws(ResponseError) {
    // A NUL would end the value early; other bytes that do not belong there are refused by the library.
    guard !value.utf8.contains(0), !name.utf8.contains(0), MHD_add_response_header(raw, name, value) == .YES else {
      throw .invalidHeader(name: name)
    }
  }

  private static func raw(_ content: HTTPContent, exchange: Exchange) throws(ResponseError) -> OpaquePointer {
    let response: OpaquePointer? =
      switch content {
      case .none: MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
      case .bytes(let bytes): fromBytes(bytes)
      case .file(let file, let offset, let count): try fromFile(file, offset, count)
      case .stream: fromStream(exchange, size: UInt64.max)
      case .sizedStream(let count, _): try fromSizedStream(exchange, count)
      // Its function is given the request's own context, which lives as long as the request: it may never be called.
      case .upgrade: MHD_create_response_for_upgrade(onUpgrade, nil)
      }
    guard let response else { throw .noMemory }
    return response
  }

  private static func fromBytes(_ bytes: [UInt8]) -> OpaquePointer? {
    // Copied: the array's storage may not be pointed to for longer than a call.
    bytes.withUnsafeBytes { buffer in
      MHD_create_response_from_buffer(
        buffer.count, UnsafeMutableRawPointer(mutating: buffer.baseAddress), .RESPMEM_MUST_COPY)
    }
  }

  private static func fromFile(_ file: FileDescriptor, _ offset: Int64, _ count: Int64) throws(ResponseError)
    -> OpaquePointer?
  {
    guard offset >= 0, count >= 0, offset <= Int64.max - count else {
      throw .invalidRange(offset: offset, count: count)
    }
    if count == 0 { return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT) }
    // The library closes the descriptor that it is given.
    let copy = fcntl(file.raw, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { throw .noDescriptor(code: errno) }
    let response = MHD_create_response_from_fd_at_offset64(UInt64(count), copy, UInt64(offset))
    if response == nil { close(copy) }
    return response
  }

  private static func fromSizedStream(_ exchange: Exchange, _ count: Int64) throws(ResponseError) -> OpaquePointer? {
    guard count >= 0 else { throw .invalidRange(offset: 0, count: count) }
    if count == 0 { return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT) }
    return fromStream(exchange, size: UInt64(count))
  }

  /// `size` is the largest number where nobody knows it.
  private static func fromStream(_ exchange: Exchange, size: UInt64) -> OpaquePointer? {
    // Only an answer without chunks, of a known size or to HTTP/1.0, uses a block of the response; it is paid for only
    // when touched.
    let box = Unmanaged.passRetained(exchange)
    let response = MHD_create_response_from_callback(
      size, size == UInt64.max ? 16 * 1024 : 128 * 1024, readStream, box.toOpaque(),
      { context in
        if let context { Unmanaged<Exchange>.fromOpaque(context).release() }
      })
    if response == nil { box.release() }
    return response
  }
}

private func readStream(
  _ context: UnsafeMutableRawPointer?, _ position: UInt64, _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int
) -> Int {
  let endOfStream = -1
  guard let context, let buffer, size > 0 else { return 0 }
  let exchange = Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
  let reading = exchange.onStreamRead(UnsafeMutableRawBufferPointer(start: buffer, count: size))
  switch reading {
  case .bytes(let count): return count
  case .nothingYet: return 0
  case .end where exchange.isChunked && !exchange.hasSizedAnswer: return endOfStream
  case .end, .failure:
    // The connection must be closed here, but with epoll the library forgets one that is closed from this callback
    // until its idle timeout. A write that fails is noticed at once, so it gets one: a byte that is never sent.
    exchange.shut()
    buffer[0] = 0
    return 1
  }
}
