import Testing

import Model

@Suite struct StatusTests {
  @Test func `a final status has no successor and every other can end`() {
    #expect(
      Set(Status.allCases.filter(\.isFinal)) == [.passed, .passedWithFailures, .failed, .killed, .timedOut, .skipped])
    #expect(Status.queued.successors.contains(.running))
    #expect(Status.running.successors.contains(.queued))
    #expect(!Status.running.successors.contains(.skipped))
    #expect(!Status.queued.successors.contains(.passed))
  }
}
