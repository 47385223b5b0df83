import Concurrency
import Git
import Planning
import Rebuilding

/// Repositories whose refs a test sets, and that can be made to fail.
final class FakeSource: RefSource {
  private struct State {
    var refs: [String: GitRefs] = [:]
    var failures: [String: GitFailure] = [:]
    var asked: [String] = []
    var held = false
    var waiting = 0
  }
  private let state = Lock(State())
  private let changed = Wakeup()

  func set(_ url: String, _ refs: GitRefs) { state.withLock { $0.refs[url] = refs } }
  func fail(_ url: String, _ failure: GitFailure?) { state.withLock { $0.failures[url] = failure } }
  var asked: [String] { state.withLock { $0.asked } }
  /// Answers wait until they are let go.
  func hold() { state.withLock { $0.held = true } }
  func letGo() {
    state.withLock { $0.held = false }
    changed.signal()
  }
  var waiting: Int { state.withLock { $0.waiting } }

  func address(_ text: String) throws -> GitAddress { try GitAddress(text) }

  func refs(of address: GitAddress, named patterns: [String], limit: Duration) async throws -> GitRefs {
    let answer = state.withLock { state in
      state.asked.append(address.url)
      state.waiting += 1
      return state.failures[address.url].map { Result<GitRefs, GitFailure>.failure($0) }
        ?? .success(state.refs[address.url] ?? GitRefs())
    }
    defer { state.withLock { $0.waiting -= 1 } }
    while state.withLock({ $0.held }) {
      try Task.checkCancellation()
      await changed.wait()
    }
    return try answer.get()
  }
}
