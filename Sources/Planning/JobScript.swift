public import Model

/// The script of a job: a shell's first line, errors into the output, every command shown, the first failure ends it.
public func jobScript(_ commands: [String]) -> [UInt8] {
  var text = Array("#!/bin/sh\nexec 2>&1\nset -ex\n\n".utf8)
  for command in commands {
    text.append(contentsOf: command.utf8)
    text.append(UInt8(ascii: "\n"))
  }
  return text
}

/// What a job is told about its build, beside the plan's own variables.
public struct JobContext: Sendable, Hashable {
  /// Names the build.
  public var build: BuildID
  /// The owner's count of it.
  public var number: Int64
  /// The job's stage.
  public var stage: String
  /// The job's name.
  public var job: String
  /// The first source's commit; nil without a source.
  public var commit: String?

  /// A context with these values.
  public init(build: BuildID, number: Int64, stage: String, job: String, commit: String?) {
    self.build = build
    self.number = number
    self.stage = stage
    self.job = job
    self.commit = commit
  }

  /// The variables that Wright sets. A script cannot rely on them if a manifest could replace them, so they win.
  public var variables: [EnvironmentVariable] {
    [
      EnvironmentVariable(name: "CI", value: "true"),
      EnvironmentVariable(name: "WRIGHT", value: "true"),
      EnvironmentVariable(name: "WRIGHT_BUILD_ID", value: "\(build)"),
      EnvironmentVariable(name: "WRIGHT_BUILD_NUMBER", value: "\(number)"),
      EnvironmentVariable(name: "WRIGHT_JOB", value: job),
      EnvironmentVariable(name: "WRIGHT_STAGE", value: stage),
      EnvironmentVariable(name: "WRIGHT_COMMIT", value: commit ?? ""),
    ]
  }
}

/// The variables of a job: the plan's in their order, each name once with its last value, then Wright's own.
public func jobEnvironment(_ plan: [EnvironmentVariable], _ context: JobContext) -> [EnvironmentVariable] {
  let own = context.variables
  var seen = Set(own.map(\.name))
  var kept: [EnvironmentVariable] = []
  for variable in plan.reversed() where seen.insert(variable.name).inserted { kept.append(variable) }
  return kept.reversed() + own
}
