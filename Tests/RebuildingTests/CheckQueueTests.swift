import Model
import Queue
import Testing

@testable import Rebuilding

@Suite struct CheckQueueTests {
  private var random = SeededGenerator(seed: 7)

  private func ids(_ starts: [CheckQueue.Start]) -> [Int64] { starts.map(\.id.rawValue) }

  @Test mutating func `what is overdue is spread, and each check is followed by another`() {
    var queue = CheckQueue()
    for number in 1...200 {
      queue.set(RepositoryID(number), host: nil, every: .seconds(60), dueIn: .seconds(-5), at: .zero, &random)
    }
    let none = queue.starts(at: .zero)
    #expect(none.isEmpty)
    let first = queue.starts(at: .seconds(15))
    #expect(first.count == 16, "as many as there may be at once")
    for start in first { queue.ended(start.id, dueIn: .seconds(60), at: .seconds(15)) }
    var begun = first.map(\.id)
    while true {
      let starts = queue.starts(at: .seconds(31))
      if starts.isEmpty { break }
      begun += starts.map(\.id)
      for start in starts { queue.ended(start.id, dueIn: .seconds(60), at: .seconds(31)) }
    }
    #expect(begun.count == 200 && Set(begun).count == 200)
    let next = queue.next
    #expect(next != nil)
  }

  @Test mutating func `the time to the next check is as wanted, but for a tenth`() {
    var queue = CheckQueue()
    queue.set(RepositoryID(1), host: "a", every: .seconds(100), dueIn: .seconds(1), at: .zero, &random)
    var delays: Set<Duration> = []
    for _ in 0..<100 {
      let delay = queue.delay(after: .answered, of: RepositoryID(1), at: .zero, &random)
      #expect(delay >= .seconds(90) && delay <= .seconds(110))
      delays.insert(delay)
    }
    #expect(delays.count > 50)
  }

  @Test mutating func `a wish goes before what is due, and is granted once`() {
    var queue = CheckQueue(limits: CheckQueue.Limits(sideBySide: 1))
    for number in 1...3 {
      queue.set(RepositoryID(number), host: nil, every: .seconds(60), dueIn: .seconds(number), at: .zero, &random)
    }
    let isTaken1 = queue.request(RepositoryID(3), .request, at: .seconds(2))
    #expect(isTaken1)
    let isTaken2 = queue.request(RepositoryID(3), .webhook, at: .seconds(2))
    #expect(isTaken2)
    #expect(queue.starts(at: .seconds(2)) == [CheckQueue.Start(id: RepositoryID(3), cause: .request)])
    queue.ended(RepositoryID(3), dueIn: .seconds(60), at: .seconds(2))
    #expect(ids(queue.starts(at: .seconds(2))) == [1])
    let isTaken3 = queue.request(RepositoryID(9), .request, at: .seconds(2))
    #expect(!isTaken3, "nobody knows it")
  }

  @Test mutating func `who asks during a check gets another after it`() {
    var queue = CheckQueue()
    queue.set(RepositoryID(1), host: nil, every: .seconds(60), dueIn: .seconds(1), at: .zero, &random)
    #expect(queue.starts(at: .seconds(1)).count == 1)
    for _ in 0..<3 { _ = queue.request(RepositoryID(1), .request, at: .seconds(2)) }
    let none = queue.starts(at: .seconds(2))
    #expect(none.isEmpty)
    queue.ended(RepositoryID(1), dueIn: .seconds(60), at: .seconds(3))
    #expect(queue.starts(at: .seconds(3)) == [CheckQueue.Start(id: RepositoryID(1), cause: .request)])
    queue.ended(RepositoryID(1), dueIn: .seconds(60), at: .seconds(4))
    let last = queue.starts(at: .seconds(4))
    #expect(last.isEmpty)
  }

  @Test mutating func `a forge's messages lead to a check a second at most, and none is lost`() {
    var queue = CheckQueue()
    queue.set(RepositoryID(1), host: "a", every: .seconds(60), dueIn: .seconds(60), at: .zero, &random)
    var begun = 0
    for tick in 0..<100 {
      let now = Duration.milliseconds(100 * tick)
      _ = queue.request(RepositoryID(1), .webhook, at: now)
      for start in queue.starts(at: now) {
        begun += 1
        queue.ended(start.id, dueIn: .seconds(60), at: now)
      }
    }
    #expect(begun == 10)
    let last = queue.starts(at: .seconds(11))
    #expect(
      last == [CheckQueue.Start(id: RepositoryID(1), cause: .webhook)], "the last message came after the last check")
  }

  @Test mutating func `a host that does not answer is left alone, longer each time, and taken up again`() {
    var queue = CheckQueue()
    for number in 1...10 {
      queue.set(RepositoryID(number), host: "a", every: .seconds(10), dueIn: .seconds(1), at: .zero, &random)
    }
    queue.set(RepositoryID(11), host: "b", every: .seconds(10), dueIn: .seconds(1), at: .zero, &random)
    var now = Duration.seconds(1)
    let starts = queue.starts(at: now)
    #expect(starts.count == 9, "eight of the one host, one of the other")
    var pauses: [Duration] = []
    func end(_ starts: [CheckQueue.Start], _ outcome: CheckQueue.Outcome) {
      for start in starts {
        let isOther = start.id == RepositoryID(11)
        let delay = queue.delay(after: isOther ? .answered : outcome, of: start.id, at: now, &random)
        queue.ended(start.id, dueIn: delay, at: now)
      }
    }
    end(starts, .failed(failures: 1, isSilent: true))
    #expect(queue.silentHosts == 1)
    var last = now
    while pauses.count < 8, let next = queue.next {
      now = max(now, next)
      let starts = queue.starts(at: now)
      let probes = starts.filter { $0.id != RepositoryID(11) }
      #expect(probes.count <= 1, "one finds out")
      if !probes.isEmpty {
        pauses.append(now - last)
        last = now
      }
      end(starts, .failed(failures: 2, isSilent: true))
    }
    #expect(zip(pauses, pauses.dropFirst()).prefix(3).allSatisfy { $0 < $1 })
    #expect(pauses.allSatisfy { $0 <= .seconds(331) })
    _ = queue.request(RepositoryID(5), .request, at: now)
    end(queue.starts(at: now), .answered)
    #expect(queue.silentHosts == 0)
    now += .seconds(10)
    var again: Set<RepositoryID> = []
    while true {
      let starts = queue.starts(at: now)
      if starts.isEmpty { break }
      again.formUnion(starts.map(\.id))
      end(starts, .answered)
    }
    #expect(again.count >= 10, "all are checked soon after")
  }

  @Test mutating func `one repository that fails keeps no other waiting`() {
    var queue = CheckQueue()
    for number in 1...2 {
      queue.set(RepositoryID(number), host: "a", every: .seconds(10), dueIn: .seconds(1), at: .zero, &random)
    }
    #expect(queue.starts(at: .seconds(1)).count == 2)
    let delays = (1...8).map { failures in
      queue.delay(after: .failed(failures: failures, isSilent: false), of: RepositoryID(1), at: .seconds(1), &random)
    }
    #expect(delays[0] <= .seconds(11) && delays[2] >= .seconds(36) && delays[7] <= .seconds(331))
    #expect(queue.silentHosts == 0)
  }

  @Test mutating func `a removed repository is not checked, and its check's end is nothing`() {
    var queue = CheckQueue(limits: CheckQueue.Limits(sideBySide: 1))
    for number in 1...3 {
      queue.set(RepositoryID(number), host: "a", every: .seconds(10), dueIn: .seconds(1), at: .zero, &random)
    }
    #expect(ids(queue.starts(at: .seconds(1))) == [1])
    queue.remove(RepositoryID(1), at: .seconds(1))
    queue.remove(RepositoryID(2), at: .seconds(1))
    #expect(queue.running == 0 && queue.count == 1)
    queue.ended(RepositoryID(1), dueIn: .seconds(10), at: .seconds(2))
    #expect(ids(queue.starts(at: .seconds(2))) == [3])
    #expect(queue.running == 1)
  }
}
