/// What was received of a request's body and not yet read by the handler. Pure: the exchange acts on what it returns.
struct RequestBodyBuffer {
  /// From this many bytes on, nothing more is taken from the connection.
  static let highWater = 256 * 1024
  /// From here down, the connection is read again.
  static let lowWater = 128 * 1024

  private enum End { case open, complete, lost }
  private var bytes: [UInt8] = []
  private var end = End.open
  private var isDiscarding = false
  private(set) var discarded: Int64 = 0

  /// What a reader gets.
  enum Reading {
    case bytes([UInt8])
    case end
    case disconnected
    case nothingYet
  }

  var isFull: Bool { bytes.count >= Self.highWater }
  /// The connection may be read again.
  var hasRoom: Bool { bytes.count <= Self.lowWater }

  /// Takes bytes from the connection.
  mutating func append(_ received: UnsafeBufferPointer<UInt8>) {
    if isDiscarding {
      discarded += Int64(received.count)
    } else {
      bytes.append(contentsOf: received)
    }
  }

  /// Gives the reader what there is.
  mutating func read() -> Reading {
    if !bytes.isEmpty {
      let all = bytes
      bytes = []
      return .bytes(all)
    }
    if isDiscarding { return .disconnected }
    switch end {
    case .open: return .nothingYet
    case .complete: return .end
    case .lost: return .disconnected
    }
  }

  /// The last byte was received.
  mutating func complete() { if end == .open { end = .complete } }

  /// The client has gone; what it sent in part is worthless.
  mutating func lose() {
    guard end == .open else { return }
    end = .lost
    bytes = []
  }

  /// The handler has answered: what is still on its way is received and dropped.
  mutating func discardRest() {
    guard end == .open else { return }
    isDiscarding = true
    discarded += Int64(bytes.count)
    bytes = []
  }
}
