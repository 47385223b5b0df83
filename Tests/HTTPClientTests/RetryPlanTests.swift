import HTTPClient
import Testing

@Suite struct RetryPlanTests {
  @Test(arguments: [0.0, 0.5, 1.0])
  func `waits grow to ten seconds and end after the limit`(random: Double) {
    var plan = RetryPlan()
    var waits: [Duration] = []
    while let wait = plan.next(told: nil, random: random) { waits.append(wait) }
    #expect(waits.reduce(.zero, +) == .seconds(90))
    #expect(waits.allSatisfy { $0 <= .seconds(10) && $0 > .zero })
    #expect(waits[0] <= .milliseconds(200) && waits[0] >= .milliseconds(100))
    #expect(waits.count > 9)
  }

  @Test func `what the server asks for is waited for, but not beyond the limit`() {
    var plan = RetryPlan()
    #expect(plan.next(told: .seconds(30), random: 0) == .seconds(30))
    #expect(plan.next(told: .seconds(3600), random: 0) == .seconds(60))
    #expect(plan.next(told: nil, random: 0) == nil)
  }

  @Test func `a number of requests ends it, and a server is not left alone for longer than it may ask`() {
    var plan = RetryPlan(limit: .seconds(240), requests: 5, longestTold: .seconds(60))
    let waits = (1...5).map { _ in plan.next(told: .seconds(3600), random: 1) }
    #expect(waits == [.seconds(60), .seconds(60), .seconds(60), .seconds(60), nil])
    #expect(plan.failures == 5)
  }

  @Test(arguments: [
    (200, false), (400, false), (401, false), (404, false), (408, true), (409, false), (429, true), (500, true),
    (501, false), (502, true), (503, true), (507, true),
  ])
  func `too many requests and failures of the server are temporary`(status: Int, isTemporary: Bool) {
    #expect(RetryPlan.isTemporary(status) == isTemporary)
  }

  @Test(
    arguments: [
      (nil, nil), ("0", .zero), ("7", .seconds(7)), ("-1", nil), ("x", nil), ("99999999999999999999", nil),
      ("1.5", nil),
      ("Sat, 21 Nov 2026 14:00:00 GMT", nil),
    ] as [(String?, Duration?)])
  func `Retry-After is read in seconds`(header: String?, told: Duration?) {
    #expect(RetryPlan.told(header) == told)
  }
}
