internal import Model

extension DatabaseConnection {
  /// Throws `StoreError.moved` where the move's repository is not the owner's, or not there any more.
  func checkRepository(of move: RefMove, owner: UserID) throws {
    let found: Bool? = try first(
      "SELECT 1 FROM repositories WHERE id = $1 AND owner = $2",
      [.integer(move.repository.rawValue), .integer(owner.rawValue)]
    ) { _ in true }
    guard found != nil else { throw StoreError.moved(move) }
  }

  /// Stores that a ref has moved and which build was queued for it, where it still stands at the move's beginning.
  func record(_ move: RefMove, build: BuildID, owner: UserID, at now: Timestamp) throws {
    let values: [DatabaseValue] = [
      .integer(move.repository.rawValue), .integer(owner.rawValue), .text(move.name), .text(move.to),
      .integer(now.milliseconds), .integer(build.rawValue),
    ]
    let stored: Bool?
    if let from = move.from {
      stored = try first(
        """
        UPDATE repository_refs SET commit_hash = $4, moved_at = CASE WHEN commit_hash = $4 THEN moved_at ELSE $5 END,
          build = $6
        WHERE repository = $1 AND owner = $2 AND name = $3 AND commit_hash = $7 AND deleted_at IS NULL RETURNING 1
        """, values + [.text(from)]
      ) { _ in true }
    } else {
      stored = try first(
        """
        INSERT INTO repository_refs (repository, owner, name, commit_hash, moved_at, build)
        SELECT id, owner, $3, $4, $5, $6 FROM repositories WHERE id = $1 AND owner = $2
        ON CONFLICT (repository, name) DO UPDATE SET commit_hash = $4, moved_at = $5, build = $6, deleted_at = NULL
        WHERE repository_refs.deleted_at IS NOT NULL RETURNING 1
        """, values
      ) { _ in true }
    }
    guard stored != nil else { throw StoreError.moved(move) }
  }
}
