internal import Concurrency
internal import Drivers
internal import Git
internal import Model
internal import NixFormat
internal import Planning

extension JobStep {
  /// Completes what follows from a flake by its outputs, as Nix tells them. Throws a sentence that says what to do.
  func completed(
    _ found: PlanExtension, flake source: Source, in environment: any BuildEnvironment
  ) async throws -> PlanExtension {
    let json = try await flakeShow(source, environment)
    guard let (outputs, leftOut) = flakeOutputs(json, system: nixSystem) else {
      throw DriverError("what nix flake show has said cannot be read")
    }
    if leftOut > 0 { await output.say("\(leftOut) outputs are left out: no job can have their names") }
    guard !outputs.isEmpty else {
      throw DriverError("the flake has neither packages nor checks for \(nixSystem); name what is built in 'outputs'")
    }
    await output.say("the flake has \(outputs.count) outputs for \(nixSystem): one job each")
    var found = found
    found.stages = flakeStages(outputs, directory: source.directory)
    found.manifest = flakeManifest(
      outputs, source: Self.shown(source), comments: ["Made by wright from what the flake offers."])
    return found
  }

  /// The source as a manifest may show it: without a password, and without the commit that just this build is of.
  private static func shown(_ source: Source) -> Source {
    Source(
      url: (try? GitAddress(source.url))?.url ?? "https://example.org/flake.git",
      reference: source.reference.flatMap { isGitCommit($0) ? nil : $0 }, directory: source.directory)
  }

  /// What `nix flake show` writes. It evaluates what is in the repository, so it runs where builds with Nix do.
  private func flakeShow(_ source: Source, _ environment: any BuildEnvironment) async throws -> [UInt8] {
    if build.plan.driver.type == nixDriverType { return try await flakeShow(in: environment, source.directory) }
    guard let driver = runner.drivers[nixDriverType], let commit else {
      throw DriverError(noDriver(nixDriverType))
    }
    let request = EnvironmentRequest(
      name: build.environmentName + "-flake", specification: DriverSpecification(type: nixDriverType))
    let own = try await driver.create(request, output: output)
    let result: Result<[UInt8], any Error>
    do {
      let folder = try await own.prepare(source.directory)
      _ = try await runner.git.clone(
        try runner.git.address(source.url), at: commit, into: folder, log: output)
      try await own.deliver(source.directory)
      result = .success(try await flakeShow(in: own, source.directory))
    } catch {
      result = .failure(error)
    }
    await own.destroy()
    return try result.get()
  }

  private func flakeShow(in environment: any BuildEnvironment, _ directory: String) async throws -> [UInt8] {
    let json = ByteCollector(limit: 16 << 20)
    let status = try await environment.run(
      Program(words: flakeShowWords, directory: directory), output: json, errors: output)
    guard status == .exited(0) else {
      throw DriverError("nix flake show ended with status \(status.code); its last messages say why")
    }
    return json.bytes
  }
}

/// Keeps output, up to a limit.
final class ByteCollector: OutputSink {
  private let limit: Int
  private let collected = Lock<[UInt8]>([])

  init(limit: Int) { self.limit = limit }

  var bytes: [UInt8] { collected.withLock { $0 } }

  func write(_ bytes: [UInt8]) async throws {
    let isOver = collected.withLock { collected in
      collected += bytes.prefix(limit - collected.count)
      return collected.count >= limit
    }
    if isOver { throw DriverError("a program has written more than \(limit) bytes") }
  }
}
