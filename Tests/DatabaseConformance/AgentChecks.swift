import Model
import Store
import Testing

private func description(_ instance: String = "p1", labels: [String: String] = [:], shared: Bool = true)
  -> StoredAgent.Description
{
  StoredAgent.Description(
    isShared: shared, instance: instance, drivers: ["host", "nix"], labels: labels, slots: 3, version: "1",
    machine: "{}")
}

extension ConformanceCheck {
  static let agents: [ConformanceCheck] = [
    ConformanceCheck("an agent is one row for an owner and a name, and keeps that it drains") { database in
      let fixture = try await Fixture(database)
      let owner = fixture.user.id
      let first = try await fixture.store.putAgent(owner: owner, name: "one", description(), at: at(1))
      #expect(first.description == description() && !first.isDraining && first.createdAt == at(1))
      #expect(try await fixture.store.setDraining(first.id, true))
      let labelled = description("p2", labels: ["gpu": "a\tb"])
      let second = try await fixture.store.putAgent(owner: owner, name: "one", labelled, at: at(5))
      #expect(second.id == first.id && second.isDraining && second.createdAt == at(1) && second.seenAt == at(5))
      #expect(second.description == labelled)
      try await fixture.store.noteSeen([(first.id, "{\"a\":1}", at(9))])
      let seen = try #require(try await fixture.store.agent(first.id, of: owner))
      #expect(seen.seenAt == at(9) && seen.description.machine == "{\"a\":1}")
      #expect(try await fixture.store.removeAgent(first.id))
      #expect(try await !fixture.store.removeAgent(first.id))
      #expect(try await fixture.store.agents().isEmpty)
    },
    ConformanceCheck("agents are listed for who may use them, page by page, with what they run") { database in
      let fixture = try await Fixture(database)
      let other = try await fixture.store.ensureUser(name: "other", at: at(0)).id
      let shared = try await fixture.store.putAgent(owner: fixture.user.id, name: "a", description(), at: at(1))
      let own = try await fixture.store.putAgent(owner: other, name: "a", description(shared: false), at: at(1))
      #expect(try await fixture.store.agents(of: fixture.user.id, limit: 9).map(\.id) == [shared.id])
      #expect(try await fixture.store.agents(of: other, limit: 9).map(\.id) == [shared.id, own.id])
      #expect(try await fixture.store.agents(of: other, after: shared.id, limit: 9).map(\.id) == [own.id])
      #expect(try await fixture.store.agent(own.id, of: fixture.user.id) == nil)
      let (build, _, entry) = try await fixture.submit()
      let claimant = Claimant(agent: "a", instance: "p1", id: shared.id)
      let claimed = try await fixture.store.claim(entry, by: claimant, until: at(99), turn: 1, at: at(10))
      #expect(claimed?.build.agent == BuildAgent(id: shared.id, name: "a"))
      #expect(try await fixture.store.runningBuilds(by: [shared.id, own.id]).map(\.id) == [build.id])
      #expect(try await fixture.store.runningBuilds(by: [own.id]).isEmpty)
      #expect(try await fixture.store.runningBuilds().map(\.claimant) == [claimant])
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, agent: shared.id)) == [1])
      #expect(try await fixture.ids(BuildQuery(owner: fixture.user.id, agent: own.id)) == [])
    },
    ConformanceCheck("samples of the queue add up, are read minute by minute or together, and are forgotten in time") {
      database in
      let fixture = try await Fixture(database)
      let store = fixture.store
      for minute in 100..<130 as Range<Int64> {
        try await store.addSample(
          QueueSample(
            minute: minute, queued: minute, running: 1, begun: 2, waitedMilliseconds: 10, longestMilliseconds: minute))
      }
      try await store.addSample(
        QueueSample(
          minute: 129, queued: 1, running: 5, begun: 1, waitedMilliseconds: 20, longestMilliseconds: 700))
      let last = QueueSample(
        minute: 129, queued: 129, running: 5, begun: 3, waitedMilliseconds: 30, longestMilliseconds: 700)
      #expect(try await store.samples(since: 128).last == last)
      let together = try await store.samples(since: 105, step: 15)
      #expect(together.map(\.minute) == [105, 120] && together.map(\.queued) == [119, 129])
      #expect(together.map(\.begun) == [30, 21] && together.map(\.waitedMilliseconds) == [150, 120])
      try await store.addSample(QueueSample(minute: 127 + 25 * 60))
      #expect(try await store.samples(since: 0).map(\.minute) == [127, 128, 129, 127 + 25 * 60])
    },
  ]
}
