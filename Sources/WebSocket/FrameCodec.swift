internal import CWslay
internal import Glibc

/// The server's end of the WebSocket protocol in memory, by libwslay: bytes of the peer in, messages out; messages in,
/// bytes for the peer out. It answers pings and the peer's close by itself, and ends the connection on violations.
/// Not for use from two threads at once.
///
/// <https://tatsuhiro-t.github.io/wslay/>
final class FrameCodec {
  private var context: wslay_event_context_ptr?
  private var input: ArraySlice<UInt8> = []
  private var output: [UInt8] = []
  private var messages: [WebSocketMessage] = []

  /// An end that takes messages of at most `messageLimit` bytes; nil where there is no memory.
  init?(messageLimit: Int) {
    var callbacks = wslay_event_callbacks(
      recv_callback: receive, send_callback: send, genmask_callback: nil, on_frame_recv_start_callback: nil,
      on_frame_recv_chunk_callback: nil, on_frame_recv_end_callback: nil, on_msg_recv_callback: takeMessage)
    // Unretained: the context does not outlive `self`.
    let owner = Unmanaged.passUnretained(self).toOpaque()
    guard wslay_event_context_server_init(&context, &callbacks, owner) == 0 else { return nil }
    wslay_event_config_set_max_recv_msg_length(context, UInt64(clamping: messageLimit))
  }

  deinit { if let context { wslay_event_context_free(context) } }

  /// Takes bytes that the peer has sent and returns the messages that are complete. After `isOver` they are ignored.
  func take(_ bytes: [UInt8]) -> [WebSocketMessage] {
    input = bytes[...]
    // After a violation of the frames' own form the library has queued the end, and fails.
    if wslay_event_recv(context) != 0 { wslay_event_shutdown_read(context) }
    input = []
    defer { messages = [] }
    return messages
  }

  /// Adds a message for the peer. False once the end was said.
  func add(_ message: WebSocketMessage) -> Bool {
    switch message {
    case .text(let text): add(Array(text.utf8), WSLAY_TEXT_FRAME)
    case .binary(let bytes): add(bytes, WSLAY_BINARY_FRAME)
    }
  }

  /// Asks the peer whether it lives.
  func addPing() { _ = add([], WSLAY_PING) }

  /// Says the end; the reason has at most 123 bytes. What waits to be sent is dropped: take it before.
  func addClose(_ code: WebSocketCloseCode, reason: String) {
    let bytes = Array(reason.utf8.prefix(123))
    wslay_event_queue_close(context, code.rawValue, bytes, bytes.count)
  }

  /// What is to be sent; empty where there is nothing.
  func takeOutput() -> [UInt8] {
    // Fails only where `take` does.
    wslay_event_send(context)
    defer { output = [] }
    return output
  }

  /// The peer has said the end, or has broken the protocol: no message will come.
  var isOver: Bool { wslay_event_get_read_enabled(context) == 0 || wslay_event_get_close_received(context) != 0 }

  /// What the peer gave as the reason of its end; nil where it did not say the end.
  var receivedCloseCode: UInt16? {
    wslay_event_get_close_received(context) == 0 ? nil : wslay_event_get_status_code_received(context)
  }

  private func add(_ bytes: [UInt8], _ opcode: wslay_opcode) -> Bool {
    bytes.withUnsafeBufferPointer { buffer in
      var message = wslay_event_msg(opcode: UInt8(opcode.rawValue), msg: buffer.baseAddress, msg_length: buffer.count)
      return wslay_event_queue_msg(context, &message) == 0
    }
  }

  fileprivate func fill(_ target: UnsafeMutablePointer<UInt8>, _ count: Int) -> Int {
    let piece = input.prefix(count)
    input = input.dropFirst(piece.count)
    return piece.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { target.update(from: base, count: source.count) }
      return source.count
    }
  }

  fileprivate func append(_ bytes: UnsafeBufferPointer<UInt8>) { output.append(contentsOf: bytes) }

  fileprivate func append(_ opcode: UInt8, _ bytes: UnsafeBufferPointer<UInt8>) {
    switch UInt32(opcode) {
    case WSLAY_TEXT_FRAME.rawValue: messages.append(.text(String(decoding: bytes, as: UTF8.self)))
    case WSLAY_BINARY_FRAME.rawValue: messages.append(.binary(Array(bytes)))
    default: break
    }
  }
}

private func codec(_ context: UnsafeMutableRawPointer?) -> FrameCodec? {
  context.map { Unmanaged<FrameCodec>.fromOpaque($0).takeUnretainedValue() }
}

private func receive(
  _ context: wslay_event_context_ptr?, _ target: UnsafeMutablePointer<UInt8>?, _ count: Int, _ flags: Int32,
  _ owner: UnsafeMutableRawPointer?
) -> Int {
  guard let target, let count = codec(owner)?.fill(target, count), count > 0 else {
    wslay_event_set_error(context, Int32(WSLAY_ERR_WOULDBLOCK.rawValue))
    return -1
  }
  return count
}

private func send(
  _ context: wslay_event_context_ptr?, _ bytes: UnsafePointer<UInt8>?, _ count: Int, _ flags: Int32,
  _ owner: UnsafeMutableRawPointer?
) -> Int {
  codec(owner)?.append(UnsafeBufferPointer(start: bytes, count: count))
  return count
}

private func takeMessage(
  _ context: wslay_event_context_ptr?, _ message: UnsafePointer<wslay_event_on_msg_recv_arg>?,
  _ owner: UnsafeMutableRawPointer?
) {
  guard let message = message?.pointee else { return }
  codec(owner)?.append(message.opcode, UnsafeBufferPointer(start: message.msg, count: message.msg_length))
}
