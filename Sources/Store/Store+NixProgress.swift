internal import FoundationEssentials
public import Model

extension Store {
  /// What the jobs of a build have done with Nix, in the order of the jobs; empty where none has done anything, or the
  /// owner has no such build.
  public func nixProgress(of build: BuildID, owner: UserID) async throws -> [(job: JobID, progress: NixProgress)] {
    try await database.read { connection in
      try connection.all(
        """
        SELECT j.id, j.nix FROM jobs j
        WHERE j.build = $1 AND j.superseded = 0 AND j.owner = $2 AND j.nix IS NOT NULL ORDER BY j.position
        """, [.integer(build.rawValue), .integer(owner.rawValue)]
      ) { row in
        let id = row.integer(0) ?? 0
        guard let progress = try? JSONDecoder().decode(NixProgress.self, from: Data((row.text(1) ?? "").utf8)) else {
          throw StoreError.damaged(table: "jobs", id: id, detail: "the progress of Nix is not valid")
        }
        return (JobID(rawValue: id), progress)
      }
    }
  }
}

extension DatabaseConnection {
  /// Stores how far a job has come with Nix, in the place of what was stored before.
  func store(_ progress: NixProgress, of job: JobID, _ build: BuildID) throws {
    let json = String(decoding: try JSONEncoder().encode(progress), as: UTF8.self)
    let changed = try execute(
      "UPDATE jobs SET nix = $3 WHERE id = $1 AND build = $2 AND superseded = 0",
      [.integer(job.rawValue), .integer(build.rawValue), .text(json)])
    guard changed > 0 else { throw StoreError.missing(table: "jobs", id: job.rawValue) }
  }
}
