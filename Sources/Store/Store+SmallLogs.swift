public import Model

extension Store {
  /// The content that was stored with the end of the job; nil where there was none.
  public func smallLog(of job: JobID) async throws -> [UInt8]? {
    try await database.read { connection in
      try connection.first("SELECT content FROM small_logs WHERE job = $1", [.integer(job.rawValue)]) {
        $0.bytes(0) ?? []
      }
    }
  }

  /// Whether the job has ended, and its log has bytes.
  public func hasLargeLog(of job: JobID) async throws -> Bool {
    try await database.read { connection in
      try connection.first(
        "SELECT 1 FROM jobs WHERE id = $1 AND finished_at IS NOT NULL AND log_size > 0", [.integer(job.rawValue)]
      ) { _ in true } ?? false
    }
  }

  /// Forgets the content. An unknown job is fine.
  public func removeSmallLog(of job: JobID) async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM small_logs WHERE job = $1", [.integer(job.rawValue)])
    }
  }
}

extension DatabaseConnection {
  /// Keeps the content of a job's log. The first one stays.
  func keepLog(_ content: [UInt8], of job: JobID, _ build: BuildID) throws {
    try execute(
      """
      INSERT INTO small_logs (job, owner, content)
      SELECT id, owner, $3 FROM jobs WHERE id = $1 AND build = $2 ON CONFLICT (job) DO NOTHING
      """, [.integer(job.rawValue), .integer(build.rawValue), .bytes(content)])
  }
}
