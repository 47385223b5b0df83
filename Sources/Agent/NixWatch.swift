internal import Concurrency
internal import Drivers
internal import Model
internal import NixFormat

/// Looks at what a command of Nix prints: shows it, and notes what was built.
final class NixWatch: Sendable {
  /// What to run.
  let program: Program
  /// What its standard output goes to.
  let standardOutput: any OutputSink
  /// What its standard error goes to.
  let errorOutput: any OutputSink

  private let log: NixLogSink
  private let result: NixResultSink
  private let isBuild: Bool

  /// `told` hears of what Nix tells, one after the other; it must not block.
  init(
    _ command: NixCommand, environment: [EnvironmentVariable], output: JobOutput,
    told: @escaping @Sendable (NixLogEvent) -> Void
  ) {
    isBuild = command.words.first == "nix-build" || command.words.contains("build")
    var words = command.words
    // Where a person has chosen a format there is nothing for us to read; that is passed on as it is.
    if !words.contains("--log-format") { words.insert(contentsOf: ["--log-format", "internal-json"], at: 1) }
    program = Program(words: words, directory: command.directory, environment: environment)
    log = NixLogSink(prefixesNames: command.words.first == "nix", output: output, told: told)
    result = NixResultSink(isHidden: command.hidesResult, output: output)
    standardOutput = result
    errorOutput = log
  }

  /// The paths that were asked for, where the command was a build.
  var results: [StorePath] { isBuild ? nixBuildResults(result.bytes) : [] }

  /// What Nix says has failed, once the program has ended.
  var failure: String? { log.failure }

  /// Shows what is left once the program has ended.
  func finish() async throws {
    try await log.finish()
    try await result.finish()
  }
}

/// Takes Nix's own log.
final class NixLogSink: OutputSink {
  private let parser: Lock<NixLogParser>
  private let output: JobOutput
  private let told: @Sendable (NixLogEvent) -> Void

  init(prefixesNames: Bool, output: JobOutput, told: @escaping @Sendable (NixLogEvent) -> Void) {
    self.told = told
    parser = Lock(NixLogParser(prefixesNames: prefixesNames))
    self.output = output
  }

  /// What the first error said.
  var failure: String? { parser.withLock { $0.failure } }

  func write(_ bytes: [UInt8]) async throws {
    let (shown, events) = parser.withLock { ($0.take(bytes), $0.takeEvents()) }
    for event in events { told(event) }
    if !shown.isEmpty { try await output.write(shown) }
  }

  func finish() async throws {
    let shown = parser.withLock { $0.finish() }
    if !shown.isEmpty { try await output.write(shown) }
  }
}

/// Takes a program's standard output and passes it on in whole lines, since the log's lines come between them; or keeps
/// it, where only Wright wants it.
final class NixResultSink: OutputSink {
  /// What is kept, and how long a line may wait for its end.
  static let limit = 1 << 20

  private let isHidden: Bool
  private let output: JobOutput
  private struct State {
    /// The beginning of all of it.
    var bytes: [UInt8] = []
    /// What waits for the end of its line.
    var line: [UInt8] = []
  }
  private let state = Lock(State())

  init(isHidden: Bool, output: JobOutput) {
    self.isHidden = isHidden
    self.output = output
  }

  /// What was kept.
  var bytes: [UInt8] { state.withLock { $0.bytes } }

  func write(_ bytes: [UInt8]) async throws {
    let shown = state.withLock { state -> [UInt8] in
      state.bytes += bytes.prefix(Self.limit - state.bytes.count)
      // Hidden is only what was asked for: a list. Anything else is a message, whoever has written it.
      if isHidden, state.bytes.first == UInt8(ascii: "[") { return [] }
      state.line += bytes
      let end = state.line.count > Self.limit ? state.line.indices.last : state.line.lastIndex(of: UInt8(ascii: "\n"))
      guard let end else { return [] }
      defer { state.line.removeSubrange(...end) }
      return Array(state.line[...end])
    }
    if !shown.isEmpty { try await output.write(shown) }
  }

  func finish() async throws {
    let rest = state.withLock { state in
      defer { state.line = [] }
      return state.line.isEmpty ? [] : state.line + [UInt8(ascii: "\n")]
    }
    if !rest.isEmpty { try await output.write(rest) }
  }
}
