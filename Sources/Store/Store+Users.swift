public import Model

/// A person or program that owns things.
public struct User: Sendable, Hashable {
  /// Names it everywhere.
  public var id: UserID
  /// Unique.
  public var name: String
  /// How many bytes of artifacts are kept before curation; nil for the server's default.
  public var artifactLimit: Int64?
  /// Bytes of artifacts that are kept now.
  public var artifactBytes: Int64
  /// When it was made.
  public var createdAt: Timestamp
}

extension Store {
  /// The user of this name, made where there is none.
  public func ensureUser(name: String, at now: Timestamp) async throws -> User {
    try await database.write { connection in
      try connection.execute(
        "INSERT INTO users (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        [.text(name), .integer(now.milliseconds)])
      guard let user = try connection.first(User.selection + "WHERE name = $1", [.text(name)], User.init(row:)) else {
        throw StoreError.missing(table: "users", id: 0)
      }
      return user
    }
  }

  /// When the first user was made, which is when the database was; nil where there is none.
  public func firstUserMade() async throws -> Timestamp? {
    try await database.read { try $0.first("SELECT MIN(created_at) FROM users") { $0.time(0) } ?? nil }
  }

  /// A user, or nil.
  public func user(_ id: UserID) async throws -> User? {
    try await database.read {
      try $0.first(User.selection + "WHERE id = $1", [.integer(id.rawValue)], User.init(row:))
    }
  }

  /// The user of this name, or nil.
  public func user(named name: String) async throws -> User? {
    try await database.read { try $0.first(User.selection + "WHERE name = $1", [.text(name)], User.init(row:)) }
  }

  /// Sets how many bytes of artifacts are kept; nil for the server's default. False where there is no such user.
  public func setArtifactLimit(_ limit: Int64?, of user: UserID) async throws -> Bool {
    try await database.write {
      try $0.execute(
        "UPDATE users SET artifact_limit = $1 WHERE id = $2", [.optional(limit), .integer(user.rawValue)]) > 0
    }
  }
}

extension User {
  static let selection = "SELECT id, name, artifact_limit, artifact_bytes, created_at FROM users "

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let name = row.text(1), let bytes = row.integer(3), let created = row.integer(4)
    else { throw StoreError.damaged(table: "users", id: row.integer(0) ?? 0, detail: "a value is missing") }
    self.init(
      id: UserID(rawValue: id), name: name, artifactLimit: row.integer(2), artifactBytes: bytes,
      createdAt: Timestamp(milliseconds: created))
  }
}
