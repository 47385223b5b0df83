import Model
import Queue
import Store
import Testing

@testable import Scheduling

private func description(
  _ instance: String = "p1", labels: [String: String] = [:], load: Int = 0
) -> StoredAgent.Description {
  StoredAgent.Description(
    isShared: true, instance: instance, drivers: ["host"], labels: labels, slots: 2, version: "1",
    machine: "load \(load)")
}

private func stored(
  _ id: Int64 = 1, _ description: StoredAgent.Description = description(), draining: Bool = false, seen: Int64 = 0
) -> StoredAgent {
  StoredAgent(
    id: AgentID(rawValue: id), owner: bookKey.owner, name: bookKey.name, description: description, isDraining: draining,
    createdAt: time(0), seenAt: time(seen))
}

private let bookKey = AgentBook.Key(owner: UserID(rawValue: 1), name: "one")
private func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

extension AgentBook {
  fileprivate mutating func note(_ description: StoredAgent.Description, at seconds: Int64) -> Decision {
    note(description, of: bookKey, at: .seconds(seconds), time(seconds))
  }
}

@Suite struct `The book of agents` {
  @Test func `has stored what is new about an agent, and nothing else`() {
    var book = AgentBook()
    #expect(book.note(description(), at: 1) == .store)
    #expect(book.put(stored(), at: .seconds(1)) == .work)
    #expect(book.note(description(), at: 2) == .known(.work))
    #expect(book.note(description(load: 9), at: 3) == .known(.work))
    #expect(book.note(description(labels: ["gpu": "a"]), at: 4) == .store)
    let dirty = book.takeDirty()
    #expect(dirty.map(\.id.rawValue) == [1] && dirty.map(\.machine) == ["load 9"] && dirty.map(\.at) == [time(3)])
    #expect(book.takeDirty().isEmpty)
  }

  @Test func `tells an agent to drain, and to work`() {
    var book = AgentBook()
    #expect(book.put(stored(draining: true), at: .zero) == .drain)
    #expect(book.note(description(), at: 1) == .known(.drain))
    book.setDraining(AgentID(rawValue: 1), false)
    #expect(book.note(description(), at: 2) == .known(.work))
  }

  @Test func `knows who is silent, and has it stored when it is back`() {
    var book = AgentBook()
    _ = book.put(stored(), at: .zero)
    var hasSilent = [book.expire(after: .seconds(90), at: .seconds(90))]
    book.touch(AgentID(rawValue: 1), at: .seconds(50), time(50))
    hasSilent.append(book.expire(after: .seconds(90), at: .seconds(140)))
    #expect(book.counts == [.online: 1, .draining: 0, .offline: 0] && book.slots == 2)
    hasSilent.append(book.expire(after: .seconds(90), at: .seconds(141)))
    hasSilent.append(book.expire(after: .seconds(90), at: .seconds(142)))
    #expect(hasSilent == [false, false, true, false])
    #expect(book.counts == [.online: 0, .draining: 0, .offline: 1] && book.slots == 0)
    #expect(book.note(description(), at: 150) == .store)
  }

  @Test func `refuses a process whose name another one has taken, as long as that one is heard of`() {
    var book = AgentBook()
    _ = book.put(stored(1, description("p1")), at: .zero)
    #expect(book.note(description("p2"), at: 1) == .store)
    _ = book.put(stored(1, description("p2")), at: .seconds(1))
    #expect(book.note(description("p1"), at: 2) == .replaced)
    #expect(book.note(description("p2"), at: 3) == .known(.work))
    _ = book.expire(after: .seconds(90), at: .seconds(100))
    #expect(book.note(description("p1"), at: 101) == .store)
    _ = book.put(stored(1, description("p1")), at: .seconds(101))
    #expect(book.note(description("p1"), at: 102) == .known(.work))
    #expect(book.note(description("p2"), at: 103) == .replaced)
  }

  @Test func `says of a stored agent what is known better here`() {
    var book = AgentBook()
    _ = book.put(stored(), at: .zero)
    _ = book.note(description(load: 3), at: 7)
    let current = book.current(stored())
    #expect(current.seenAt == time(7) && current.description.machine == "load 3")
    #expect(book.current(stored(2)) == stored(2))
    #expect(book.current(stored(seen: 9)) == stored(seen: 9))
  }
}

@Suite struct `What keeps agents from taking a build` {
  private func agent(_ name: String, _ labels: [String: String], _ state: AgentState, seen: Int64 = 0) -> Obstacle.Known
  {
    (name, ["host"], labels, state, time(seen))
  }

  @Test func `is nothing where one that works suits it, and else is said`() {
    let needs = AgentRequirement(driver: "host", labels: ["gpu": "a100", "os": "debian"])
    let suited = ["gpu": "a100", "os": "debian", "zone": "eu"]
    let waits = "It waits for an agent with the driver host and the labels gpu=a100, os=debian"
    let others = [agent("a", [:], .online), agent("b", ["gpu": "a100", "os": "fedora"], .online)]
    func sentence(_ agents: [Obstacle.Known]) -> String? {
      Obstacle.sentence(needs: needs, agents: others + agents, now: time(400))
    }
    #expect(sentence([]) == "\(waits); none is there.")
    #expect(sentence([agent("c", suited, .draining)]) == "\(waits); agent c has what it needs, and drains.")
    let silent = [agent("c", suited, .offline, seen: 100), agent("d", suited, .offline, seen: 90)]
    #expect(sentence(silent) == "\(waits); agent c has what it needs, and was last heard of 5 min ago.")
    #expect(sentence(silent + [agent("e", suited, .online)]) == nil)
    let docker = AgentRequirement(driver: "host", furtherDrivers: ["docker"])
    #expect(
      Obstacle.sentence(needs: docker, agents: others, now: time(0))
        == "It waits for an agent with the drivers host, docker; none is there.")
  }
}

@Suite struct `The figures of a minute` {
  @Test func `are its maxima and sums, and end with it`() {
    var sample = MinuteSample()
    sample.note(3, 1)
    #expect(sample.takeEnded(at: time(60), queued: 2, running: 2) == nil)
    sample.begin(after: .milliseconds(500))
    sample.begin(after: .milliseconds(1500))
    #expect(sample.takeEnded(at: time(119), queued: 0, running: 0) == nil)
    let expected = QueueSample(
      minute: 1, queued: 3, running: 2, begun: 2, waitedMilliseconds: 2000, longestMilliseconds: 1500)
    #expect(sample.present(at: time(119)) == expected && expected.meanMilliseconds == 1000)
    #expect(sample.takeEnded(at: time(120), queued: 7, running: 1) == expected)
    #expect(sample.present(at: time(125)) == QueueSample(minute: 2, queued: 7, running: 1))
  }

  @Test func `are joined with those that are stored`() {
    let stored = [QueueSample(minute: 0, queued: 1), QueueSample(minute: 15, queued: 4, running: 1, begun: 2)]
    let present = QueueSample(minute: 29, queued: 2, running: 3, begun: 1)
    let joined = QueueSample.joined(stored, with: present, step: 15)
    #expect(joined == [stored[0], QueueSample(minute: 15, queued: 4, running: 3, begun: 3)])
    #expect(QueueSample.joined(stored, with: present, step: 1).last == present)
    #expect(
      QueueSample.joined([], with: present, step: 15) == [QueueSample(minute: 15, queued: 2, running: 3, begun: 1)])
  }
}
