import Concurrency
import Testing

@Suite struct MonitoredTests {
  @Test func `what is there already is not waited for`() async {
    let monitored = Monitored(3)
    #expect(await monitored.wait { $0 == 3 ? "three" : nil } == "three")
  }

  @Test func `no change is missed, however many wait`() async {
    let monitored = Monitored(0)
    let total = await withTaskGroup(of: Int.self) { group in
      for number in 1...50 {
        group.addTask { await monitored.wait { $0 >= number ? number : nil } }
      }
      for _ in 1...50 {
        group.addTask {
          await Task.yield()
          monitored.update { $0 += 1 }
          return 0
        }
      }
      return await group.reduce(0, +)
    }
    #expect(total == 50 * 51 / 2)
  }

  @Test func `who is let through may change the value, so that each thing is taken once`() async {
    let monitored = Monitored([Int]())
    let taken = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<20 { group.addTask { await monitored.wait { $0.popLast() } } }
      for number in 0..<20 { monitored.update { $0.append(number) } }
      return await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(taken == Set(0..<20))
    #expect(monitored.read { $0.isEmpty })
  }
}
