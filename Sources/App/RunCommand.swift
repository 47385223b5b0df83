internal import Agent
internal import CommandLineClient
internal import Files
internal import Glibc
internal import Lifecycle
internal import Documents
internal import Manifest
internal import Model
internal import Planning

/// `wright run`: a build without a server, of a manifest or of a program in a repository.
enum RunCommand {
  static let flags = [
    Flag("artifacts", .text("DIR"), "where artifacts are copied to", standard: "artifacts"),
    Flag("objects", .text("DIR"), "where the manifest's objects are", standard: "objects"),
    Flag(
      "sandbox", .choice(["auto", "off", "required"]), "bubblewrap for the host driver", variable: "WRIGHT_SANDBOX"),
    Flag("config", .text("FILE"), "a YAML file of settings, as for `wright serve`", variable: "WRIGHT_CONFIG"),
  ]

  static let run: CommandHandler = { invocation, console in
    let configuration = try ConfigurationLoader(
      flags: invocation.flags.compactMapValues(\.last), environment: settings(invocation, console)
    ).load()
    guard let plan = try plan(invocation, console, configuration) else { return 2 }
    return try await OfflineBuild(
      plan: plan, configuration: configuration, console: console,
      artifacts: invocation.value("artifacts") ?? "artifacts", objects: invocation.value("objects") ?? "objects"
    ).run()
  }

  private static func settings(_ invocation: Invocation, _ console: Console) -> [String: String] {
    guard let sandbox = invocation.value("sandbox") else { return console.environment }
    return console.environment.merging(["WRIGHT_SANDBOX": sandbox]) { $1 }
  }

  /// The plan of the manifest or the program; nil for a manifest that has errors, which are shown.
  private static func plan(_ invocation: Invocation, _ console: Console, _ configuration: Configuration) throws -> Plan?
  {
    let limits = PlanLimits(timeoutSeconds: configuration.buildTimeout.components.seconds)
    let input = try BuildInput(invocation.arguments.first)
    let reference = try input.reference(invocation)
    switch input {
    case .program(let url):
      if let problem = reference.flatMap(gitReferenceProblem) { throw UsageError("the ref \(problem)") }
      do { _ = try GitAddress(url, allowing: configuration.gitProtocols) } catch { throw UsageError("\(error)") }
      return programPlan(url, reference: reference, limits: limits)
    case .manifest(let path):
      let bytes = try ManifestFiles.read(path)
      let result = Manifest.parse(bytes, limits: ManifestLimits(bytes: Int(clamping: configuration.manifestLimit)))
      try console.error(ManifestFiles.lines(result.diagnostics, of: path, console.errorStyle))
      if let problem = result.manifest.flatMap(standaloneProblem) {
        try console.error("wright: \(path): \(problem)\n")
        return nil
      }
      return result.manifest.map { Planning.plan(from: $0, limits: limits) }
    }
  }
}
