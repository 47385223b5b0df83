internal import Model

/// The only statements that write a status. Which one may follow which is asked of `Status.successors`, and put into
/// the statement's condition, so that the check and the change are one step.
extension DatabaseConnection {
  /// The statuses that `status` may follow, as a list of SQL literals; they are names of ours, nothing from outside.
  private func predecessors(of status: Status) -> String {
    Status.allCases.filter { $0.successors.contains(status) }.map { "'\($0.rawValue)'" }.joined(separator: ", ")
  }

  /// Moves a build to `status` and returns it. `assignments` is SQL for other columns, with parameters from `$3` on. nil
  /// where the build does not exist or may not go there from where it is.
  func moveBuild(
    _ build: BuildID, to status: Status, where condition: String = "", setting assignments: String = "",
    _ parameters: [DatabaseValue] = []
  ) throws -> Build? {
    guard status.isBuildStatus else { return nil }
    let others = assignments.isEmpty ? "" : ", " + assignments
    let limits = condition.isEmpty ? "" : " AND " + condition
    return try first(
      """
      UPDATE builds SET status = $2\(others) WHERE id = $1 AND status IN (\(predecessors(of: status)))\(limits)
      RETURNING \(Build.changed)
      """, [.integer(build.rawValue), .text(status.rawValue)] + parameters, Build.init(row:))
  }

  /// Moves a job of `build` to `status` and returns it, as `moveBuild` does; parameters of `assignments` from `$4` on.
  func moveJob(
    _ job: JobID, of build: BuildID, to status: Status, setting assignments: String = "",
    _ parameters: [DatabaseValue] = []
  ) throws -> Job? {
    try moveJob(where: "id = $3", .integer(job.rawValue), of: build, to: status, setting: assignments, parameters)
  }

  /// The build's first job runs.
  func startFirstJob(of build: BuildID, at now: Timestamp) throws {
    _ = try moveJob(
      where: "position = $3", .integer(0), of: build, to: .running, setting: "started_at = COALESCE(started_at, $4)",
      [.integer(now.milliseconds)])
  }

  private func moveJob(
    where condition: String, _ parameter: DatabaseValue, of build: BuildID, to status: Status,
    setting assignments: String, _ parameters: [DatabaseValue]
  ) throws -> Job? {
    guard status != .passedWithFailures else { return nil }
    let others = assignments.isEmpty ? "" : ", " + assignments
    return try first(
      """
      UPDATE jobs SET status = $2\(others)
      WHERE build = $1 AND superseded = 0 AND \(condition) AND status IN (\(predecessors(of: status)))
      RETURNING \(Job.changed)
      """, [.integer(build.rawValue), .text(status.rawValue), parameter] + parameters, Job.init(row:))
  }

  /// Moves all jobs of `build` that are in `from` to `status`; those that end get `finished_at`.
  func moveJobs(of build: BuildID, from: Status, to status: Status, at now: Timestamp) throws {
    guard from.successors.contains(status) else { return }
    let finished = status.isFinal ? ", finished_at = $3" : ", finished_at = NULL"
    var parameters: [DatabaseValue] = [.integer(build.rawValue), .text(from.rawValue)]
    if status.isFinal { parameters.append(.integer(now.milliseconds)) }
    try execute(
      """
      UPDATE jobs SET status = '\(status.rawValue)'\(finished)
      WHERE build = $1 AND superseded = 0 AND status = $2
      """, parameters)
  }
}
