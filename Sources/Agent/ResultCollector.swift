internal import Concurrency
internal import Model
internal import Results

/// What is found in one job: takes the log's bytes and test reports, and tells the reporter in batches. What is found
/// first is told at once, later finds every half second while the job runs; where nothing is found nothing is told and
/// nothing runs.
final class ResultCollector: Sendable {
  private struct State {
    var scanner: MessageScanner
    var reports: Set<String> = []
    var tests: [TestCase] = []
    var testsTold = 0
    var testsKept = 0
    var testCounts: TestCounts?
    var told = ResultCounts()
    var teller: Task<Void, any Error>?
    var pause: Task<Void, Never>?
    var isClosing = false

    var counts: ResultCounts { ResultCounts(messages: scanner.counts, tests: testCounts) }
    var hasNews: Bool { scanner.hasFound || !tests.isEmpty || counts != told }
  }

  static let interval = Duration.milliseconds(500)

  private let position: Int
  private let reporter: any BuildReporter
  private let state: Lock<State>

  /// For the job at `position`. Of names below `workspace`, the part after it is kept.
  init(_ position: Int, workspace: String, reporter: any BuildReporter) {
    self.position = position
    self.reporter = reporter
    state = Lock(State(scanner: MessageScanner(workspace: workspace)))
  }

  /// Takes bytes that were added to the log.
  func scan(_ bytes: [UInt8]) {
    state.withLock { state in
      state.scanner.scan(bytes)
      if state.hasNews { wake(&state) }
    }
  }

  /// Takes a report. One of the same name again, as where two rules name a file, counts once.
  func add(_ report: TestReport, name: String) {
    state.withLock { state in
      guard state.reports.insert(name).inserted else { return }
      state.testCounts = (state.testCounts ?? TestCounts()) + report.counts
      let room = ResultLimits.testsOfJob - state.testsKept
      state.tests += report.tests.prefix(room)
      state.testsKept += min(room, report.tests.count)
      wake(&state)
    }
  }

  /// Tells what is left; the log has ended. Throws what the reporter threw.
  func close() async throws {
    let teller = state.withLock { state in
      state.isClosing = true
      state.scanner.finish()
      state.pause?.cancel()
      return state.teller
    }
    try await teller?.value
    while let batch = nextBatch() { try await reporter.reportResults(position, batch) }
  }

  private func wake(_ state: inout State) {
    if state.teller == nil && !state.isClosing { state.teller = Task { try await self.tell() } }
  }

  /// Tells while the job runs, until there is nothing to tell.
  private func tell() async throws {
    while let batch = nextBatch(whileRunning: true) {
      try await reporter.reportResults(position, batch)
      let pause = state.withLock { state in
        let pause = Task { () async in if !Task.isCancelled { try? await Task.sleep(for: Self.interval) } }
        if state.isClosing { pause.cancel() }
        state.pause = pause
        return pause
      }
      await pause.value
    }
  }

  /// The next batch; nil where there is none, or none to tell while the job runs.
  private func nextBatch(whileRunning: Bool = false) -> ResultBatch? {
    state.withLock { state in
      guard state.hasNews, !(whileRunning && state.isClosing) else {
        if whileRunning { state.teller = nil }
        return nil
      }
      let firstMessage = state.scanner.taken
      let messages = state.scanner.takeFound(atMost: ResultLimits.batch)
      let tests = Array(state.tests.prefix(ResultLimits.batch - messages.count))
      state.tests.removeFirst(tests.count)
      defer { state.testsTold += tests.count }
      state.told = state.counts
      return ResultBatch(
        firstMessage: firstMessage, messages: messages, firstTest: state.testsTold, tests: tests, counts: state.told)
    }
  }
}
