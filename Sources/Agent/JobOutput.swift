internal import Concurrency
internal import Drivers
internal import Git
internal import Planning
internal import Programs

/// The log of one job: takes its output and Wright's own lines, masks them, and hands them to the reporter.
final class JobOutput: OutputSink, GitLog {
  private struct State {
    var masker: Masker
    var isAtLineStart = true
    var scanner = FailureScanner()
  }

  /// What is found in it; nil where nothing is looked for.
  let results: ResultCollector?

  private let state: Lock<State>
  private let gatherer: OutputGatherer
  private let masker: Masker

  /// The log of the job at `position`, which begins now.
  init(_ position: Int, masker: Masker, reporter: any BuildReporter, results: ResultCollector? = nil) {
    let start = ContinuousClock.now
    self.results = results
    self.masker = masker
    state = Lock(State(masker: masker))
    gatherer = OutputGatherer { bytes, firstAt in
      try await reporter.appendLog(position, bytes, elapsed: firstAt - start)
      // Afterwards, so that a message is not known before its line can be read.
      results?.scan(bytes)
    }
  }

  /// `text` without what the log does not show either.
  @Sendable func masked(_ text: String) -> String {
    var masker = masker
    return String(decoding: masker.mask(Array(text.utf8)) + masker.finish(), as: UTF8.self)
  }

  func write(_ bytes: [UInt8]) async throws {
    let shown = state.withLock { state in
      if let last = bytes.last { state.isAtLineStart = last == UInt8(ascii: "\n") }
      let shown = state.masker.mask(bytes)
      state.scanner.scan(shown)
      return shown
    }
    try await gatherer.write(shown)
  }

  /// Adds a line of Wright's own, on a line of its own.
  func say(_ text: String) async {
    let printable = text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : $0 }
    let line = Array("wright: \(String(String.UnicodeScalarView(printable)))\n".utf8)
    let shown = state.withLock { state in
      // What the job wrote is over here; a value is not to be found across its output and this line.
      var shown = state.masker.finish()
      if !state.isAtLineStart { shown.append(UInt8(ascii: "\n")) }
      state.isAtLineStart = true
      shown += state.masker.mask(line)
      return shown + state.masker.finish()
    }
    // Refused only for a cancelled task while the log is stuck; then there is nowhere to say it.
    try? await gatherer.write(shown)
  }

  /// Why the job failed, as far as its output says it; masked as that is.
  func failure(exitCode: Int32) -> String? { state.withLock { $0.scanner.reason(exitCode: exitCode) } }

  /// Returns when all of it has arrived, or throws the reporter's error.
  func close() async throws {
    let rest = state.withLock { $0.masker.finish() }
    try? await gatherer.write(rest)
    try await gatherer.close()
    try await results?.close()
  }
}
