internal import Concurrency
internal import Crypto
internal import Model
internal import NixFormat
internal import Store

/// What pushing needs again and again: the keys that caches sign with, and who has shown a token just now.
final class CacheMemory: Sendable {
  private struct Signer {
    /// Those of the cache when its secret keys were read: other ones mean that they have to be read anew.
    var keys: [CacheKey]
    var signing: [(name: String, key: SigningKey)]
  }
  private struct Shown {
    var token: CacheToken
    var until: ContinuousClock.Instant
  }
  private struct State {
    var signers: [CacheID: Signer] = [:]
    var shown: [[UInt8]: Shown] = [:]
    /// Counts what was taken away: what was read before is not remembered after it.
    var removals = 0
  }
  /// How long a token is believed without a look at the store; one that is removed here is not, from that moment on.
  private static let trust: Duration = .seconds(5)
  private static let limit = 10_000

  private let store: Store
  private let state = Lock(State())

  init(_ store: Store) { self.store = store }

  /// The cache's signatures of a text, by its own keys; none where it has no secret key.
  func signatures(of text: [UInt8], by cache: BinaryCache) async throws -> [NarSignature] {
    if let known = state.withLock({ $0.signers[cache.id] }), known.keys == cache.keys {
      return Self.sign(text, known.signing)
    }
    let signing = try await store.signingKeys(of: cache.id)
    state.withLock { state in
      if state.signers.count >= Self.limit { state.signers = [:] }
      state.signers[cache.id] = Signer(keys: cache.keys, signing: signing)
    }
    return Self.sign(text, signing)
  }

  private static func sign(_ text: [UInt8], _ signing: [(name: String, key: SigningKey)]) -> [NarSignature] {
    signing.compactMap { NarSignature(keyName: $0.name, bytes: $0.key.sign(text)) }
  }

  /// The token of a cache with this text; nil for none. Its use is noted.
  func token(_ text: String, at now: Timestamp) async throws -> CacheToken? {
    let hash = try SHA256.hash(text)
    let (known, removals) = state.withLock { ($0.shown[hash], $0.removals) }
    if let known, ContinuousClock.now < known.until { return known.token }
    guard let found = try await store.findCacheToken(hash: hash) else { return nil }
    // Nobody is refused because the use cannot be written down, as on a full disk.
    try? await store.noteUse(of: found, at: now)
    state.withLock { state in
      guard state.removals == removals else { return }
      if state.shown.count >= Self.limit { state.shown = [:] }
      state.shown[hash] = Shown(token: found, until: .now + Self.trust)
    }
    return found
  }

  /// Forgets all tokens, because one was taken away.
  func forgetTokens() {
    state.withLock { state in
      state.removals += 1
      state.shown = [:]
    }
  }
}
