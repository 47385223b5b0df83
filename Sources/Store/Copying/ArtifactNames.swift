/// What the tree of artifacts shows, as the database knows it.
public struct ArtifactNames: Sendable {
  /// A name in the tree.
  public struct Name: Sendable, Hashable {
    /// The content.
    public var sha256: String
    /// The folder of the artifact repository.
    public var folder: String
    /// The name in it.
    public var name: String
  }

  private let database: any Database

  /// The names in a database.
  public init(_ database: any Database) { self.database = database }

  /// Calls `body` for each kept artifact, the oldest first: the last one of a name is the one that counts.
  public func each(_ body: (Name) async throws -> Void) async throws {
    var last: Int64 = 0
    while true {
      let page = try await database.read { [last] connection in
        try connection.all(
          """
          SELECT id, sha256, folder, name FROM artifacts WHERE deleted_at IS NULL AND id > $1 ORDER BY id LIMIT 1000
          """, [.integer(last)]
        ) { ($0.integer(0) ?? 0, Name(sha256: $0.text(1) ?? "", folder: $0.text(2) ?? "", name: $0.text(3) ?? "")) }
      }
      guard let end = page.last else { return }
      for (_, name) in page { try await body(name) }
      last = end.0
    }
  }
}
