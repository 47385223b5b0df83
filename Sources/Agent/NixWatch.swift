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

  init(_ command: NixCommand, output: JobOutput) {
    var words = command.words
    // Where a person has chosen a format there is nothing for us to read; that is passed on as it is.
    if !words.contains("--log-format") { words.insert(contentsOf: ["--log-format", "internal-json"], at: 1) }
    program = Program(words: words, directory: command.directory)
    log = NixLogSink(prefixesNames: command.words.first == "nix", output: output)
    result = NixResultSink(isHidden: command.hidesResult, output: output)
    standardOutput = result
    errorOutput = log
  }

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

  init(prefixesNames: Bool, output: JobOutput) {
    parser = Lock(NixLogParser(prefixesNames: prefixesNames))
    self.output = output
  }

  func write(_ bytes: [UInt8]) async throws {
    let shown = parser.withLock { $0.take(bytes) }
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
  private let kept = Lock<[UInt8]>([])

  init(isHidden: Bool, output: JobOutput) {
    self.isHidden = isHidden
    self.output = output
  }

  /// What was kept.
  var bytes: [UInt8] { kept.withLock { $0 } }

  func write(_ bytes: [UInt8]) async throws {
    let shown = kept.withLock { kept -> [UInt8] in
      kept += bytes
      if isHidden {
        kept = Array(kept.prefix(Self.limit))
        return []
      }
      guard let end = kept.count > Self.limit ? kept.indices.last : kept.lastIndex(of: UInt8(ascii: "\n")) else {
        return []
      }
      defer { kept.removeSubrange(...end) }
      return Array(kept[...end])
    }
    if !shown.isEmpty { try await output.write(shown) }
  }

  func finish() async throws {
    if isHidden { return }
    let rest = kept.withLock { kept in
      defer { kept = [] }
      return kept.isEmpty ? [] : kept + [UInt8(ascii: "\n")]
    }
    if !rest.isEmpty { try await output.write(rest) }
  }
}
