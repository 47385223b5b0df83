internal import Crypto
public import Model

extension Sealer.Purpose {
  /// What git is given, where it is not what people see.
  static let address = Self(rawValue: "repositories.address")
  /// What a forge signs its messages with.
  static let webhookSecret = Self(rawValue: "repositories.webhook_secret")
}

/// Registered repositories as people read them.
extension Store {
  /// A page of the owner's repositories, each with its newest build and ref.
  public func repositories(_ query: RepositoryQuery) async throws -> RepositoryPage {
    let (sql, parameters) = query.statement()
    var found = try await database.read { try $0.all(sql, parameters, RepositoryOverview.init(row:)) }
    guard found.count > query.clampedLimit else { return RepositoryPage(repositories: found, next: nil) }
    found.removeLast()
    return RepositoryPage(repositories: found, next: found.last.map { RepositoryCursor($0.repository) })
  }

  /// One of the owner's repositories with its newest build and ref; nil where he has none with this number.
  public func repository(_ id: RepositoryID, owner: UserID) async throws -> RepositoryOverview? {
    let columns = "\(Repository.columns), \(RepositoryRef.columns), \(Build.columns)"
    return try await database.read {
      try $0.first(
        "SELECT \(columns) \(Repository.overviewSource) WHERE r.id = $1 AND r.owner = $2",
        [.integer(id.rawValue), .integer(owner.rawValue)], RepositoryOverview.init(row:))
    }
  }

  /// The refs of a repository that were seen, by name, the deleted ones too; at most `limit`, after the one called
  /// `after`. Empty where the owner has no such repository.
  public func refs(
    of repository: RepositoryID, owner: UserID, after: String = "", limit: Int = 200
  ) async throws -> [RepositoryRef] {
    try await database.read {
      try $0.all(
        """
        SELECT \(RepositoryRef.columns) FROM repository_refs f
        WHERE f.repository = $1 AND f.owner = $2 AND f.name > $3 ORDER BY f.name LIMIT $4
        """,
        [.integer(repository.rawValue), .integer(owner.rawValue), .text(after), .integer(Int64(max(1, limit)))]
      ) { RepositoryRef(row: $0, at: 0) }.compactMap { $0 }
    }
  }

  /// What a forge has to sign its messages about the repository with; nil where the owner has no such repository.
  public func webhookSecret(of repository: RepositoryID, owner: UserID) async throws -> String? {
    let sealed = try await database.read {
      try $0.first(
        "SELECT webhook_secret FROM repositories WHERE id = $1 AND owner = $2",
        [.integer(repository.rawValue), .integer(owner.rawValue)]
      ) { $0.bytes(0) }
    }
    return try opened(sealed ?? nil, .webhookSecret, of: repository)
  }

  /// The same, whoever's it is: for checking a message, not for answers to users.
  public func webhookSecret(of repository: RepositoryID) async throws -> String? {
    let sealed = try await database.read {
      try $0.first(
        "SELECT webhook_secret FROM repositories WHERE id = $1", [.integer(repository.rawValue)]
      ) { $0.bytes(0) }
    }
    return try opened(sealed ?? nil, .webhookSecret, of: repository)
  }

  /// How many repositories the owner has, and how many of them could not be checked the last time.
  public func repositoryCounts(owner: UserID) async throws -> (all: Int64, failing: Int64) {
    try await database.read {
      try $0.first(
        "SELECT COUNT(*), SUM(CASE WHEN failures > 0 THEN 1 ELSE 0 END) FROM repositories WHERE owner = $1",
        [.integer(owner.rawValue)]
      ) { ($0.integer(0) ?? 0, $0.integer(1) ?? 0) } ?? (0, 0)
    }
  }

  /// What was sealed; throws `StoreError.damaged` where it cannot be opened.
  func opened(_ sealed: [UInt8]?, _ purpose: Sealer.Purpose, of repository: RepositoryID) throws -> String? {
    guard let sealed, !sealed.isEmpty else { return nil }
    do { return try sealer.open(sealed, for: purpose) } catch {
      throw StoreError.damaged(table: "repositories", id: repository.rawValue, detail: "\(error)")
    }
  }
}
