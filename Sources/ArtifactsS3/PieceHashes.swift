internal import Artifacts
internal import Concurrency
internal import Crypto
internal import Model

/// The SHA-256 of each part that is to be sent, made while the whole is hashed. Hands the bytes on to another inspector.
final class PieceHashes: ContentInspector {
  private struct State {
    var bytes: Int64 = 0
    var done: [String] = []
  }

  private let size: Int64
  private let next: (any ContentInspector)?
  private let state = Lock(State())
  private let current = CurrentHash()

  /// For parts of `size` bytes.
  init(_ size: Int64, then next: (any ContentInspector)?) {
    self.size = size
    self.next = next
  }

  func take(_ bytes: UnsafeRawBufferPointer) throws {
    try next?.take(bytes)
    var rest = bytes[...]
    while !rest.isEmpty {
      let room = Int(size - state.withLock { $0.bytes })
      let piece = rest.prefix(room)
      try current.update(UnsafeRawBufferPointer(rebasing: piece))
      state.withLock { $0.bytes += Int64(piece.count) }
      if piece.count == room { try endPiece() }
      rest = rest.dropFirst(piece.count)
    }
  }

  func accept(_ digest: ContentDigest) throws {}

  /// The hashes, once all bytes were taken; at least one.
  func finished() throws -> [String] {
    if state.withLock({ $0.bytes > 0 || $0.done.isEmpty }) { try endPiece() }
    return state.withLock { $0.done }
  }

  private func endPiece() throws {
    let hash = try current.finish()
    state.withLock { state in
      state.done.append(hash)
      state.bytes = 0
    }
  }
}

/// A hash that is begun anew when it ends.
///
/// `@unchecked Sendable`: an inspector is called by one thread at a time, and the store orders those calls.
private final class CurrentHash: @unchecked Sendable {
  private var hash: SHA256?

  func update(_ bytes: UnsafeRawBufferPointer) throws {
    if hash == nil { hash = try SHA256() }
    hash?.update(bytes)
  }

  func finish() throws -> String {
    guard let ended = hash.take() else { return try SHA256.hex([]) }
    return Hexadecimal.string(try ended.finish())
  }
}
