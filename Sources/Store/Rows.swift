internal import Model

extension Build {
  /// What `init(row:)` reads, from `builds b` and its namespace `n`.
  static let columns = columns(prefix: "b.", path: "n.path")
  /// The same from a statement that changes `builds`.
  static let changed = columns(prefix: "", path: "(SELECT n.path FROM namespaces n WHERE n.id = builds.namespace)")
  private static func columns(prefix: String, path: String) -> String {
    let before = ["id", "number", "kind", "status", "owner"]
    let after = [
      "trigger_type", "trigger_comment", "trigger_data", "tags", "pinned", "commit_hash", "reason", "attempt",
      "created_at", "started_at", "finished_at", "repository", "ref", "results", "service_build",
      "driver", "labels", "further_drivers", "agent", "agent_id",
    ]
    return (before.map { prefix + $0 } + [path] + after.map { prefix + $0 }).joined(separator: ", ")
  }
  static let selection = "SELECT \(columns) FROM builds b LEFT JOIN namespaces n ON n.id = b.namespace "

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let number = row.integer(1), let kind = row.text(2).flatMap(BuildKind.init),
      let status = row.text(3).flatMap(Status.init), let owner = row.integer(4),
      let triggerType = row.text(6).flatMap(Trigger.Kind.init), let attempt = row.integer(13),
      let created = row.integer(14)
    else { throw StoreError.damaged(table: "builds", id: row.integer(0) ?? 0, detail: "unknown or missing value") }
    self.init(
      id: BuildID(rawValue: id), number: number, kind: kind, status: status, owner: UserID(rawValue: owner),
      namespace: row.text(5),
      trigger: Trigger(
        type: triggerType, comment: row.text(7) ?? "", data: row.text(8).map(TextFields.dictionary) ?? [:]),
      tags: row.text(9).map(TextFields.list) ?? [], pinned: row.integer(10) == 1, commit: row.text(11),
      reason: row.text(12), attempt: Int(clamping: attempt), createdAt: Timestamp(milliseconds: created),
      startedAt: row.time(15), finishedAt: row.time(16),
      repository: row.integer(17).map(RepositoryID.init(rawValue:)), ref: row.text(18),
      results: row.text(19).map(ResultText.results),
      service: try row.text(20).map { try ServiceBuildText.decode($0, id) },
      needs: AgentRequirement(row: row, at: 21),
      agent: row.text(24).map { BuildAgent(id: row.integer(25).map(AgentID.init(rawValue:)), name: $0) })
  }
}

extension AgentRequirement {
  /// The columns that `init(row:at:)` reads.
  static let columns = "driver, labels, further_drivers"

  init(row: any DatabaseRow, at column: Int) {
    self.init(
      driver: row.text(column) ?? "", furtherDrivers: row.text(column + 2).map(TextFields.list) ?? [],
      labels: row.text(column + 1).map(TextFields.dictionary) ?? [:])
  }

  /// The values of `columns`.
  var values: [DatabaseValue] {
    [
      .text(driver), labels.isEmpty ? .null : .text(TextFields.encode(labels)),
      furtherDrivers.isEmpty ? .null : .text(TextFields.encode(furtherDrivers)),
    ]
  }
}

extension Job {
  private static let columnNames = [
    "id", "build", "position", "stage", "name", "status", "exit_code", "log_size", "created_at", "started_at",
    "finished_at", "results",
  ]
  /// What `init(row:)` reads, from `jobs j`.
  static let columns = columnNames.map { "j.\($0)" }.joined(separator: ", ")
  /// The same from a statement that changes `jobs`.
  static let changed = columnNames.joined(separator: ", ")

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let build = row.integer(1), let position = row.integer(2), let stage = row.text(3),
      let name = row.text(4), let status = row.text(5).flatMap(Status.init), let created = row.integer(8)
    else { throw StoreError.damaged(table: "jobs", id: row.integer(0) ?? 0, detail: "unknown or missing value") }
    self.init(
      id: JobID(rawValue: id), build: BuildID(rawValue: build), position: Int(clamping: position), stage: stage,
      name: name, status: status, exitCode: row.integer(6).map(Int32.init(clamping:)), logSize: row.integer(7) ?? 0,
      createdAt: Timestamp(milliseconds: created), startedAt: row.time(9), finishedAt: row.time(10),
      results: row.text(11).map(ResultText.counts))
  }
}

extension StoredArtifact {
  /// What `init(row:)` reads, from `artifacts a`.
  static let columns = columns(of: "a")
  private static let columnNames = [
    "id", "build", "job", "name", "source", "sha256", "md5", "size", "permissions", "created_at", "folder",
    "deleted_at", "deleted_reason", "kind", "architecture",
  ]
  static var columnCount: Int { columnNames.count }

  /// The same from `artifacts` by another name.
  static func columns(of alias: String) -> String { columnNames.map { "\(alias).\($0)" }.joined(separator: ", ") }

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let build = row.integer(1), let job = row.integer(2), let name = row.text(3),
      let source = row.text(4), let sha256 = row.text(5), let md5 = row.text(6), let size = row.integer(7),
      let permissions = row.integer(8), let created = row.integer(9), let folder = row.text(10)
    else { throw StoreError.damaged(table: "artifacts", id: row.integer(0) ?? 0, detail: "a value is missing") }
    artifact = Artifact(
      id: ArtifactID(rawValue: id), build: BuildID(rawValue: build), job: JobID(rawValue: job), name: name,
      source: source, content: ContentDigest(sha256: sha256, md5: md5, size: size),
      permissions: UInt32(clamping: permissions),
      program: row.text(13).flatMap(FileKind.init).map { ProgramFile(kind: $0, architecture: row.text(14)) },
      createdAt: Timestamp(milliseconds: created))
    self.folder = folder
    deletion = row.time(11).map { ArtifactDeletion(at: $0, reason: row.text(12) ?? "") }
  }
}
