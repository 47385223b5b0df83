import Artifacts
import Concurrency
import Model

/// Keeps what it sees, and refuses where it was told to.
final class Inspector: ContentInspector {
  enum Refusal: Error, Equatable { case atByte(Int), whenOver }
  private struct State {
    var seen: [UInt8] = []
    var digest: ContentDigest?
  }

  private let refusal: Refusal?
  private let state = Lock(State())

  init(_ refusal: Refusal?) { self.refusal = refusal }

  var seen: [UInt8] { state.withLock { $0.seen } }
  var digest: ContentDigest? { state.withLock { $0.digest } }

  func take(_ bytes: UnsafeRawBufferPointer) throws {
    try state.withLock { state in
      state.seen.append(contentsOf: bytes)
      if case .atByte(let byte) = refusal, state.seen.count > byte { throw Refusal.atByte(byte) }
    }
  }

  func accept(_ digest: ContentDigest) throws {
    if refusal == .whenOver { throw Refusal.whenOver }
    state.withLock { $0.digest = digest }
  }
}
