public import Model

extension Store {
  /// The build before this one of the same ref of the same registered repository that has artifacts which are kept;
  /// of its last hundred builds. nil where there is none.
  public func previousBuild(of build: Build) async throws -> Build? {
    guard let repository = build.repository, let ref = build.ref else { return nil }
    return try await database.read {
      try $0.first(
        Build.selection + """
          WHERE b.id = (SELECT MAX(c.id) FROM (
            SELECT id FROM builds WHERE repository = $1 AND ref = $2 AND id < $3 AND owner = $4
            ORDER BY id DESC LIMIT 100) c
            WHERE EXISTS (SELECT 1 FROM artifacts a WHERE a.build = c.id AND a.deleted_at IS NULL))
          """,
        [
          .integer(repository.rawValue), .text(ref), .integer(build.id.rawValue), .integer(build.owner.rawValue),
        ], Build.init(row:))
    }
  }
}
