internal import Drivers
internal import Model
internal import Processes

/// The programs of Slurm. Each says what it has said against it.
struct SlurmCommands: Sendable {
  private let environment: [(name: String, value: String)]

  init(_ environment: [EnvironmentVariable]) {
    self.environment =
      [("PATH", ExecutableSearch.standardPath)] + environment.map { (name: $0.name, value: $0.value) }
  }

  /// Submits a job whose batch script is `script`, which everybody who administers the cluster can read. Returns its number.
  func submit(_ request: SlurmRequest, name: String, script: String, log: String, folder: String) async throws -> Int64
  {
    let output = try await run(
      "sbatch",
      [
        "--parsable", "--job-name=\(name)", "--output=\(log)", "--input=/dev/null", "--chdir=\(folder)",
        // Run again it would begin in the middle of what it has done.
        "--no-requeue", "--nodes=1", "--ntasks=1",
        // Of the environment, only what this program was given above: nothing of the agent's.
        "--export=ALL",
      ] + request.arguments, input: script)
    // NUMBER, or NUMBER;CLUSTER.
    guard let number = Int64(output.prefix { $0.isNumber }) else {
      throw DriverError("sbatch has answered with '\(output)' instead of a job's number")
    }
    return number
  }

  /// All jobs of this user that the cluster still knows.
  func jobs() async throws -> [SlurmJobState] {
    let lines = try await run("squeue", ["--me", "--noheader", "--states=all", "--format=\(SlurmJobState.format)"])
    return lines.split(separator: "\n").compactMap(SlurmJobState.init)
  }

  /// Sends a signal to all processes of a job that runs.
  func signal(_ name: String, to jobs: [Int64]) async {
    // It complains of those that have ended meanwhile.
    _ = try? await run("scancel", ["--signal=\(name)", "--full"] + jobs.map { "\($0)" })
  }

  /// Ends jobs, and lets none begin that waits.
  func cancel(_ jobs: [Int64]) async { _ = try? await run("scancel", jobs.map { "\($0)" }) }

  /// The cluster's configuration, by names.
  func configuration() async throws -> [String: String] {
    let lines = try await run("scontrol", ["show", "config"])
    var values: [String: String] = [:]
    for line in lines.split(separator: "\n") {
      guard let mark = line.firstRange(of: " = ") else { continue }
      let name = line[..<mark.lowerBound].reversed().drop { $0 == " " }.reversed()
      values[String(name)] = String(line[mark.upperBound...])
    }
    return values
  }

  private func run(_ program: String, _ arguments: [String], input: String? = nil) async throws -> String {
    let result: ProcessResult
    do {
      result = try await ProcessLauncher.shared.run(
        ProcessSpecification(
          executable: program, arguments: arguments, environment: environment,
          standardInput: input.map { .bytes(Array($0.utf8)) } ?? .null, output: .separate), limit: 64 << 20)
    } catch let error as ProcessError {
      throw DriverError("\(error); the agent's machine needs Slurm's programs (Debian: slurm-client)")
    }
    guard result.exit.isSuccess else {
      let complaint = String(decoding: result.errorOutput.suffix(2000), as: UTF8.self)
      let lines = complaint.split(separator: "\n").map {
        $0.hasPrefix("\(program): error: ") ? $0.dropFirst(program.count + 9) : $0
      }
      throw DriverError("\(program): \(lines.joined(separator: "; "))")
    }
    return String(decoding: result.output, as: UTF8.self)
  }
}
