internal import Concurrency
internal import Crypto
public import HTTPServer
public import Lifecycle
public import Model
public import Routing
public import Store

/// Says who sent a request, by its bearer token or its session cookie. What the store said is believed for a few
/// seconds, so that a busy client does not cost a query a request; revoking a token here ends that at once.
public final class TokenAuthentication: Sendable {
  private struct Entry {
    var token: StoredToken
    var principal: Principal
    var believedUntil: ContinuousClock.Instant
  }
  private struct State {
    var entries: [[UInt8]: Entry] = [:]
    /// Counts revocations: what was asked of the store before one must not be remembered after it.
    var revocations = 0
    var nextWarning = ContinuousClock.now
    var whenRevoked: (@Sendable (TokenID) -> Void)?
  }
  private static let entryLimit = 10_000
  private static let warningInterval: Duration = .seconds(300)
  /// The event streams of those who were let in; shared with other features, so that one ticker serves all.
  public let streams: EventStreams
  private let state = Lock(State())
  private let store: Store
  private let clock: @Sendable () -> Timestamp
  private let trust: Duration
  private let sessionLength: Duration
  private let log: Logger

  /// Authentication over the store's tokens. `trust` is how long an answer of the store is believed.
  public init(
    store: Store, clock: @escaping @Sendable () -> Timestamp, trust: Duration = .seconds(5),
    sessionLength: Duration = .seconds(30 * 86_400), log: Logger = .none
  ) {
    self.log = log
    self.store = store
    self.clock = clock
    streams = EventStreams(clock: clock)
    self.trust = trust
    self.sessionLength = sessionLength
  }

  /// Who sent the request; nil for nobody. A request with a bearer token is never taken as a session.
  public func authenticate(_ request: HTTPRequest) async throws -> Principal? {
    if request.headers["Authorization"] != nil {
      guard let token = request.bearerToken else { return nil }
      return try await principal(token, kind: .user)
    }
    for cookie in request.cookies(sessionCookieName) {
      if let principal = try await principal(cookie, kind: .session) { return principal }
    }
    return nil
  }

  /// Whose agent sent the request; nil for anybody else.
  public func authenticateAgent(_ request: HTTPRequest) async throws -> Principal? {
    guard let token = request.bearerToken else { return nil }
    return try await principal(token, kind: .agent)
  }

  /// Whose token this is, where it is a valid one of this kind.
  public func principal(_ token: String, kind: TokenKind) async throws -> Principal? {
    guard token.utf8.count <= 200 else { return nil }
    let hash = try SHA256.hash(token)
    let now = clock()
    let (known, revocations) = state.withLock { ($0.entries[hash], $0.revocations) }
    if let known, ContinuousClock.now < known.believedUntil {
      return known.token.kind == kind && known.token.isValid(at: now) ? known.principal : nil
    }
    guard let found = try await store.findToken(hash: hash, at: now), found.kind == kind,
      let user = try await store.user(found.owner)
    else { return nil }
    await noteUse(of: found, at: now)
    let principal = Principal(
      user: user.id, name: user.name, isSession: kind == .session, token: found.id, expiresAt: found.expiresAt)
    remember(Entry(token: found, principal: principal, believedUntil: .now + trust), hash, revocations)
    return principal
  }

  /// Notes the use. No request fails because that cannot be stored, as on a full disk.
  private func noteUse(of token: StoredToken, at now: Timestamp) async {
    do { try await store.noteUse(of: token, at: now) } catch let error as DatabaseError where error.code == .following {
      // The server that leads notes what it sees.
    } catch {
      let isSilent = state.withLock { state in
        if ContinuousClock.now < state.nextWarning { return true }
        state.nextWarning = .now + Self.warningInterval
        return false
      }
      if !isSilent { log.warning("use of a token not noted", ["token": "\(token.id)", "error": "\(error)"]) }
    }
  }

  private func remember(_ entry: Entry, _ hash: [UInt8], _ revocations: Int) {
    state.withLock { state in
      guard state.revocations == revocations else { return }
      if state.entries.count >= Self.entryLimit { state.entries.removeAll() }
      state.entries[hash] = entry
    }
  }
}

extension TokenAuthentication {
  /// Makes a token of a kind and returns its text, which is not kept anywhere.
  public func create(
    owner: UserID, kind: TokenKind, comment: String = "", expiresAt: Timestamp? = nil
  ) async throws -> (text: String, stored: StoredToken) {
    let text = SecureRandom.token()
    let stored = try await store.createToken(
      owner: owner, kind: kind, hash: try SHA256.hash(text), comment: comment, expiresAt: expiresAt, at: clock())
    return (text, stored)
  }

  /// Revokes a token for ever, at once, and ends its event streams. False where the owner has no such token.
  public func revoke(_ id: TokenID, owner: UserID) async throws -> Bool {
    let revoked = try await store.revokeToken(id, owner: owner, at: clock())
    forget(id, isRevoked: revoked)
    if revoked { state.withLock { $0.whenRevoked }?(id) }
    return revoked
  }

  /// Calls `body` with each token that is revoked here.
  public func whenRevoked(_ body: @escaping @Sendable (TokenID) -> Void) { state.withLock { $0.whenRevoked = body } }

  /// Another server has revoked the token: what is known of it here is not believed any more, and its streams end.
  public func noteRevoked(_ id: TokenID) { forget(id, isRevoked: true) }

  /// Other servers may have revoked tokens unheard: nothing is believed any more, and streams of tokens that are not valid
  /// end.
  public func noteGap() async {
    state.withLock { state in
      state.revocations += 1
      state.entries = [:]
    }
    // Where the store does not answer, whoever listens is told so by others, and asks again.
    guard let invalid = try? await store.invalidTokens(among: streams.tokens, at: clock()) else { return }
    for token in invalid { streams.end(token) }
  }

  private func forget(_ id: TokenID, isRevoked: Bool) {
    state.withLock { state in
      state.revocations += 1
      state.entries = state.entries.filter { $0.value.token.id != id }
    }
    if isRevoked { streams.end(id) }
  }

  /// How the pages sign people in and out.
  public var sessions: Sessions {
    Sessions(
      length: sessionLength,
      signIn: { token in
        guard let principal = try await self.principal(token, kind: .user) else { return nil }
        let expiry = self.clock() + self.sessionLength
        return try await self.create(owner: principal.user, kind: .session, expiresAt: expiry).text
      },
      signOut: { request in
        for cookie in request.cookies(sessionCookieName) where cookie.utf8.count <= 200 {
          let hash = try SHA256.hash(cookie)
          guard let token = try await self.store.findToken(hash: hash, at: self.clock()), token.kind == .session else {
            continue
          }
          _ = try await self.revoke(token.id, owner: token.owner)
        }
      })
  }
}
