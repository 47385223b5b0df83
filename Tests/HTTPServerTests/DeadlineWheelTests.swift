import Testing

@testable import HTTPServer

@Suite struct DeadlineWheelTests {
  @Test func `gives each key once, when its time has come`() {
    var wheel = DeadlineWheel<String>()
    wheel.set("a", at: 10)
    wheel.set("b", at: 12)
    #expect(wheel.next == 10)
    #expect(wheel.due(at: 9) == [])
    #expect(wheel.due(at: 11) == ["a"])
    #expect(wheel.next == 12)
    #expect(wheel.due(at: 100) == ["b"])
    #expect(wheel.due(at: 1000) == [] && wheel.next == nil)
  }

  @Test func `a later time, an earlier one and none replace the one before`() {
    var wheel = DeadlineWheel<String>()
    for key in ["later", "earlier", "none", "gone", "again"] { wheel.set(key, at: 10) }
    wheel.set("later", at: 20)
    wheel.set("earlier", at: 5)
    wheel.clear("none")
    wheel.remove("gone")
    wheel.clear("again")
    wheel.set("again", at: 30)
    #expect(wheel.due(at: 5) == ["earlier"])
    #expect(wheel.due(at: 19) == [])
    #expect(wheel.due(at: 20) == ["later"])
    #expect(wheel.due(at: 30) == ["again"])
    #expect(wheel.next == nil)
    wheel.set("none", at: 40)
    #expect(wheel.due(at: 40) == ["none"])
    wheel.clear("never")
    wheel.remove("never")
    #expect(wheel.next == nil)
  }

  /// Against a dictionary that is looked through at each step.
  @Test(arguments: 0..<20) func `agrees with the obvious`(_ seed: UInt64) {
    var state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    func random(_ limit: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % limit)
    }
    var wheel = DeadlineWheel<Int64>()
    var obvious: [Int64: Int64] = [:]
    for now in 0..<Int64(500) {
      for _ in 0..<random(5) {
        let key = random(30)
        switch random(4) {
        case 0:
          wheel.clear(key)
          obvious[key] = nil
        case 1:
          wheel.remove(key)
          obvious[key] = nil
        default:
          let time = now + 1 + random(50)
          wheel.set(key, at: time)
          obvious[key] = time
        }
      }
      let expected = obvious.filter { $0.value <= now }.keys.sorted()
      for key in expected { obvious[key] = nil }
      #expect(wheel.due(at: now).sorted() == expected)
      if let first = obvious.values.min() { #expect((wheel.next ?? .max) <= first) }
    }
  }
}
