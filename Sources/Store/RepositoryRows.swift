internal import Model

extension Repository {
  /// What `init(row:)` reads, from `repositories r` and its namespace `m`.
  static let columns = """
    r.id, r.owner, m.path, r.url, r.watch_type, r.watch_pattern, r.every_ms, r.enabled, r.manifest, r.created_at, \
    r.checked_at, r.next_check_at, r.error, r.error_since, r.failures, r.notice
    """
  static let columnCount = 16
  static let source = "FROM repositories r LEFT JOIN namespaces m ON m.id = r.namespace "

  /// Repositories with the ref that moved last and the newest build.
  static let overviewSource = """
    FROM repositories r LEFT JOIN namespaces m ON m.id = r.namespace
    LEFT JOIN repository_refs f ON f.repository = r.id AND f.name = (
      SELECT name FROM repository_refs WHERE repository = r.id AND deleted_at IS NULL ORDER BY moved_at DESC LIMIT 1)
    LEFT JOIN builds b ON b.id = (SELECT MAX(id) FROM builds WHERE owner = r.owner AND repository = r.id)
    LEFT JOIN namespaces n ON n.id = b.namespace
    """

  /// Reads `columns`, which are the first.
  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let owner = row.integer(1), let url = row.text(3),
      let watch = RefPattern(type: row.text(4) ?? "", pattern: row.text(5) ?? ""), let created = row.time(9)
    else {
      throw StoreError.damaged(table: "repositories", id: row.integer(0) ?? 0, detail: "unknown or missing value")
    }
    self.init(
      id: RepositoryID(rawValue: id), owner: UserID(rawValue: owner), namespace: row.text(2), url: url, watch: watch,
      everySeconds: (row.integer(6) ?? 0) / 1000, isEnabled: row.integer(7) == 1, manifest: row.text(8),
      createdAt: created, checkedAt: row.time(10), nextCheckAt: row.time(11), error: row.text(12),
      errorSince: row.time(13), failures: Int(clamping: row.integer(14) ?? 0), notice: row.text(15))
  }
}

extension RepositoryRef {
  /// What `init(row:at:)` reads, from `repository_refs f`.
  static let columns = "f.repository, f.name, f.commit_hash, f.moved_at, f.deleted_at, f.build"
  static let columnCount = 6

  /// Reads `columns`, which begin at this column; nil where there is no ref.
  init?(row: any DatabaseRow, at column: Int) {
    guard let repository = row.integer(column), let name = row.text(column + 1), let commit = row.text(column + 2),
      let moved = row.time(column + 3)
    else { return nil }
    self.init(
      repository: RepositoryID(rawValue: repository), name: name, commit: commit, movedAt: moved,
      deletedAt: row.time(column + 4), build: row.integer(column + 5).map(BuildID.init(rawValue:)))
  }
}

extension RepositoryOverview {
  init(row: any DatabaseRow) throws {
    let ref = Repository.columnCount
    let build = ShiftedRow(base: row, by: ref + RepositoryRef.columnCount)
    self.init(
      repository: try Repository(row: row), lastBuild: build.integer(0) == nil ? nil : try Build(row: build),
      lastRef: RepositoryRef(row: row, at: ref))
  }
}

extension RefPattern {
  init?(type: String, pattern: String) {
    switch type {
    case "default": self = .defaultBranch
    case "branches": self = .branches(pattern)
    case "tags": self = .tags(pattern)
    default: return nil
    }
  }

  /// The values of the columns `watch_type` and `watch_pattern`.
  var values: [DatabaseValue] {
    switch self {
    case .defaultBranch: [.text("default"), .text("")]
    case .branches(let pattern): [.text("branches"), .text(pattern)]
    case .tags(let pattern): [.text("tags"), .text(pattern)]
    }
  }
}
