import CommandLineClient
import Concurrency
import Model

/// Says how far long work is, how fast it goes, and how long it will take: on a terminal in one line, otherwise now and
/// then in a line of its own.
final class ProgressLine: Sendable {
  private struct State {
    var what = ""
    var begin = ContinuousClock.now
    var first: Int64 = 0
    var last = ContinuousClock.now - .seconds(60)
  }

  private let console: Console
  private let state = Lock(State())

  init(_ console: Console) { self.console = console }

  /// `done` of `all` things of this unit are done.
  func show(_ what: String, _ done: Int64, of all: Int64, _ unit: String) {
    let pause: Duration = console.errorIsTerminal ? .milliseconds(100) : .seconds(5)
    let line = state.withLock { state -> String? in
      let now = ContinuousClock.now
      if state.first > done || state.what.isEmpty { (state.begin, state.first) = (now, done) }
      state.what = what
      guard now - state.last >= pause || done == all else { return nil }
      state.last = now
      return Self.text(what, done, all, unit, moved: done - state.first, in: now - state.begin)
    }
    guard let line else { return }
    if console.errorIsTerminal { try? console.progress(line) } else { try? console.error(line + "\n") }
  }

  /// Takes the line away.
  func end() throws { try console.endProgress() }

  static func text(
    _ what: String, _ done: Int64, _ all: Int64, _ unit: String, moved: Int64, in time: Duration
  ) -> String {
    let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
    guard seconds >= 1, moved > 0 else { return "\(what): \(done) of \(all) \(unit)" }
    let rate = Double(moved) / seconds
    let left = Duration.seconds(Int64(min(Double(max(0, all - done)) / rate, 1e9)))
    return "\(what): \(done) of \(all) \(unit), \(Int64(rate)) a second, \(left.quantity) left"
  }
}
