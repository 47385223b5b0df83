public import Model

/// What a token opens.
public enum TokenKind: String, Sendable, Hashable, CaseIterable {
  /// The API and the pages, for a person or a program.
  case user
  /// The agents' part of the API.
  case agent
  /// A browser that has signed in.
  case session
}

/// An API token as it is stored: everything but the token itself, of which only the SHA-256 is kept.
public struct StoredToken: Sendable, Hashable {
  /// Names it everywhere.
  public var id: TokenID
  /// Whose it is.
  public var owner: UserID
  /// What it opens.
  public var kind: TokenKind
  /// The owner's words.
  public var comment: String
  /// When it was made.
  public var createdAt: Timestamp
  /// When it was last used, to within some minutes.
  public var lastUsedAt: Timestamp?
  /// When it stops to be valid; nil for never.
  public var expiresAt: Timestamp?
  /// When it was revoked.
  public var revokedAt: Timestamp?

  /// True where it opens anything at `now`.
  public func isValid(at now: Timestamp) -> Bool {
    revokedAt == nil && expiresAt.map { now < $0 } != false
  }
}

extension Store {
  /// How old `lastUsedAt` may become before a use is written down, so that a request does not cost a write.
  public static let tokenUseResolution: Duration = .seconds(300)

  /// Stores a token by the SHA-256 of its text (32 bytes).
  public func createToken(
    owner: UserID, kind: TokenKind, hash: [UInt8], comment: String = "", expiresAt: Timestamp? = nil, at now: Timestamp
  ) async throws -> StoredToken {
    try await database.write { connection in
      let id = try connection.first(
        """
        INSERT INTO tokens (owner, kind, hash, comment, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
        RETURNING id
        """,
        [
          .integer(owner.rawValue), .text(kind.rawValue), .bytes(hash), .text(comment), .integer(now.milliseconds),
          .optional(expiresAt?.milliseconds),
        ]
      ) { $0.integer(0) ?? 0 }
      return StoredToken(
        id: TokenID(rawValue: id ?? 0), owner: owner, kind: kind, comment: comment, createdAt: now, lastUsedAt: nil,
        expiresAt: expiresAt, revokedAt: nil)
    }
  }

  /// The valid token with this SHA-256; nil where it is unknown, revoked or expired.
  public func findToken(hash: [UInt8], at now: Timestamp) async throws -> StoredToken? {
    let token = try await database.read {
      try $0.first(StoredToken.selection + "WHERE hash = $1", [.bytes(hash)], StoredToken.init(row:))
    }
    return token.flatMap { $0.isValid(at: now) ? $0 : nil }
  }

  /// Those of these tokens that are not valid.
  public func invalidTokens(among tokens: Set<TokenID>, at now: Timestamp) async throws -> [TokenID] {
    try await database.read { connection in
      try tokens.filter { token in
        let found = try connection.first(
          StoredToken.selection + "WHERE id = $1", [.integer(token.rawValue)], StoredToken.init(row:))
        return found?.isValid(at: now) != true
      }
    }
  }

  /// Notes a use, where the last noted one is older than `tokenUseResolution`; otherwise does nothing.
  public func noteUse(of token: StoredToken, at now: Timestamp) async throws {
    if let last = token.lastUsedAt, now < last + Self.tokenUseResolution { return }
    try await database.write {
      _ = try $0.execute(
        "UPDATE tokens SET last_used_at = $1 WHERE id = $2", [.integer(now.milliseconds), .integer(token.id.rawValue)])
    }
  }

  /// Revokes a token for ever. False where the owner has no such token, or it was revoked already.
  public func revokeToken(_ id: TokenID, owner: UserID, at now: Timestamp) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "UPDATE tokens SET revoked_at = $1 WHERE id = $2 AND owner = $3 AND revoked_at IS NULL",
        [.integer(now.milliseconds), .integer(id.rawValue), .integer(owner.rawValue)]) > 0
    }
  }

  /// The owner's valid tokens of these kinds, newest first.
  public func tokens(owner: UserID, kinds: Set<TokenKind> = [.user, .agent], at now: Timestamp) async throws
    -> [StoredToken]
  {
    let all = try await database.read {
      try $0.all(
        StoredToken.selection + "WHERE owner = $1 AND revoked_at IS NULL ORDER BY id DESC", [.integer(owner.rawValue)],
        StoredToken.init(row:))
    }
    return all.filter { kinds.contains($0.kind) && $0.isValid(at: now) }
  }

  /// Removes sessions that have expired; other tokens stay, as a record.
  public func removeExpiredSessions(at now: Timestamp) async throws -> Int {
    try await database.write {
      try $0.execute(
        "DELETE FROM tokens WHERE kind = 'session' AND expires_at <= $1", [.integer(now.milliseconds)])
    }
  }
}

extension StoredToken {
  static let selection =
    "SELECT id, owner, kind, comment, created_at, last_used_at, expires_at, revoked_at FROM tokens "

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let owner = row.integer(1), let kind = row.text(2).flatMap(TokenKind.init),
      let comment = row.text(3), let created = row.integer(4)
    else { throw StoreError.damaged(table: "tokens", id: row.integer(0) ?? 0, detail: "unknown kind or missing value") }
    self.init(
      id: TokenID(rawValue: id), owner: UserID(rawValue: owner), kind: kind, comment: comment,
      createdAt: Timestamp(milliseconds: created), lastUsedAt: row.time(5), expiresAt: row.time(6),
      revokedAt: row.time(7))
  }
}

extension DatabaseRow {
  /// A time, or nil for NULL.
  func time(_ column: Int) -> Timestamp? { integer(column).map(Timestamp.init(milliseconds:)) }
}
