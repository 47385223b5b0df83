import Model
import Store
import Testing

extension ConformanceCheck {
  static let queue: [ConformanceCheck] = [
    ConformanceCheck("a build is claimed once, and each claim has a higher fence") { database in
      let fixture = try await Fixture(database)
      let (build, jobs, entry) = try await fixture.submit()
      let claimed = try await fixture.claim(entry)
      #expect(claimed.build.status == .running && claimed.build.attempt == 1 && claimed.fence == 1)
      #expect(claimed.build.startedAt == at(10) && claimed.plan == Fixture.plan())
      // The first job begins with the claim.
      #expect(claimed.jobs.map(\.id) == jobs.map(\.id) && claimed.jobs.map(\.status) == [.running, .queued, .queued])
      #expect(claimed.jobs[0].startedAt == at(10) && Array(claimed.jobs[1...]) == Array(jobs[1...]))
      let second = try await fixture.store.claim(
        entry, by: Claimant(agent: "two", instance: "p"), until: at(99), turn: 2, at: at(20))
      #expect(second == nil)
      #expect(try await !fixture.store.isOver(claimed.lease))
      let requeued = try #require(try await fixture.store.requeue(claimed.lease, .lost, at: at(30)))
      #expect(requeued.rows.build?.status == .queued && requeued.entry.isRequeued)
      #expect(try await fixture.store.isOver(claimed.lease))
      let again = try await fixture.claim(requeued.entry, time: 40)
      #expect(try await !fixture.store.isOver(claimed.lease))
      #expect(again.fence == 2 && again.build.attempt == 2 && again.build.startedAt == at(10))
      #expect(try await fixture.store.build(build.id)?.status == .running)
    },
    ConformanceCheck("what a build needs of its agent is kept, and what its plan is extended by is added") { database in
      let fixture = try await Fixture(database)
      var plan = Plan(
        driver: DriverSpecification(type: "host"),
        stages: [PlannedStage(name: "setup", jobs: [PlannedJob(name: "detect", step: .detect(source: 0))])],
        timeoutSeconds: 60)
      plan.labels = ["gpu": "a100", "zone": "eu\tw=\\"]
      let submitted = try await fixture.store.submit(
        Submission(
          owner: fixture.user.id, kind: .program, manifest: "", plan: plan, trigger: Trigger(type: .api)), at: at(0))
      #expect(submitted.entry.needs == plan.requirement && submitted.build.needs == plan.requirement)
      #expect(try await fixture.store.queuedBuilds().builds.map(\.needs) == [plan.requirement])
      let claimed = try await fixture.claim(submitted.entry)
      #expect(claimed.plan == plan && claimed.build.agent?.name == "one")
      var found = PlanExtension(manifest: "", driver: DriverSpecification(type: "docker"), stages: [])
      found.labels = ["os": "debian"]
      let needs = AgentRequirement(driver: "host", furtherDrivers: ["docker"], labels: ["os": "debian"])
      let extended = try #require(try await fixture.store.extend(claimed.lease, by: found, at: at(20)))
      #expect(extended.build.needs == needs)
      let requeued = try #require(try await fixture.store.requeue(claimed.lease, .givenBack, at: at(30)))
      #expect(requeued.entry.needs == needs && requeued.rows.build?.agent == nil)
      #expect(try await fixture.store.queuedBuilds().builds.map(\.needs) == [needs])
    },
    ConformanceCheck("no write with an old fence is accepted") { database in
      let fixture = try await Fixture(database)
      let (build, jobs, entry) = try await fixture.submit()
      let old = try await fixture.claim(entry).lease
      let requeued = try #require(try await fixture.store.requeue(old, .lost, at: at(30)))
      for isClaimed in [false, true] {
        if isClaimed { _ = try await fixture.claim(requeued.entry, time: 40) }
        let before = try await fixture.store.buildWithJobs(build.id, owner: fixture.user.id)
        #expect(try await fixture.store.apply([.started(jobs[0].id, at: at(50))], under: old) == nil)
        #expect(try await !fixture.store.renew(old, until: at(99)))
        #expect(try await !fixture.store.requestStop(old, .killed, reason: nil))
        #expect(try await fixture.store.requeue(old, .lost, at: at(50)) == nil)
        #expect(try await fixture.store.putArtifact(sample(build.id, jobs[0].id), folder: "f", under: old) == nil)
        let ended = try await fixture.store.finish(
          build.id, lease: old, status: .passed, jobs: .failed, reason: nil, logSizes: [:], at: at(50))
        #expect(ended == nil)
        let after = try await fixture.store.buildWithJobs(build.id, owner: fixture.user.id)
        #expect(before?.build == after?.build && before?.jobs == after?.jobs)
      }
    },
    ConformanceCheck("changes of jobs are stored, may be repeated, and follow the transitions") { database in
      let fixture = try await Fixture(database)
      let (_, jobs, entry) = try await fixture.submit()
      let lease = try await fixture.claim(entry).lease
      let changes: [StoredChange] = [
        .started(jobs[1].id, at: at(20)), .finished(jobs[1].id, .passed, exitCode: 0, logSize: 12, at: at(25)),
        .commit(String(repeating: "a", count: 40)),
      ]
      let rows = try #require(try await fixture.store.apply(changes, under: lease))
      #expect(rows.jobs.map(\.status) == [.running, .passed] && rows.jobs.last?.logSize == 12)
      #expect(rows.jobs.last?.startedAt == at(20) && rows.jobs.last?.finishedAt == at(25))
      #expect(rows.build?.commit == String(repeating: "a", count: 40))
      #expect(try await fixture.store.apply([changes[1]], under: lease)?.jobs == [])
      await #expect(throws: StoreError.transition(job: jobs[1].id.rawValue, from: .passed, to: .failed)) {
        try await fixture.store.apply(
          [
            .started(jobs[2].id, at: at(30)), .finished(jobs[1].id, .failed, exitCode: 1, logSize: 0, at: at(30)),
          ], under: lease)
      }
      #expect(try await fixture.store.job(jobs[2].id, owner: fixture.user.id)?.job.status == .queued)
    },
    ConformanceCheck("a small log is stored with the end of its job, or not at all") { database in
      let fixture = try await Fixture(database)
      let (build, jobs, entry) = try await fixture.submit()
      let lease = try await fixture.claim(entry).lease
      func end(_ job: Job, _ status: Status, log: [UInt8]) -> [StoredChange] {
        [.finished(job.id, status, exitCode: 0, logSize: 9, at: at(25)), .keptLog(job.id, log)]
      }
      _ = try await fixture.store.apply(end(jobs[0], .passed, log: [1, 0, 2]), under: lease)
      #expect(try await fixture.store.smallLog(of: jobs[0].id) == [1, 0, 2])
      #expect(try await fixture.store.hasLargeLog(of: jobs[0].id))
      #expect(try await !fixture.store.hasLargeLog(of: jobs[1].id))
      // Said again, it stays as it is.
      _ = try await fixture.store.apply(end(jobs[0], .passed, log: [9]), under: lease)
      #expect(try await fixture.store.smallLog(of: jobs[0].id) == [1, 0, 2])
      await #expect(throws: StoreError.self) {
        try await fixture.store.apply(
          [.keptLog(jobs[1].id, [3])] + end(jobs[0], .failed, log: []), under: lease)
      }
      #expect(try await fixture.store.smallLog(of: jobs[1].id) == nil)
      // Another build's job is none of this one's.
      let other = try await fixture.submit().jobs[0]
      _ = try await fixture.store.apply([.keptLog(other.id, [4])], under: lease)
      #expect(try await fixture.store.smallLog(of: other.id) == nil)
      let rows = try await fixture.store.finish(
        build.id, lease: lease, after: [.started(jobs[1].id, at: at(26))] + end(jobs[1], .passed, log: []),
        status: .passed, jobs: .failed, reason: nil, logSizes: [:], at: at(30))
      #expect(rows?.build?.status == .passed && rows?.jobs.map(\.status) == [.passed, .skipped])
      #expect(try await fixture.store.smallLog(of: jobs[1].id) == [])
      try await fixture.store.removeSmallLog(of: jobs[1].id)
      #expect(try await fixture.store.smallLog(of: jobs[1].id) == nil)
    },
    ConformanceCheck("a job of another build cannot be changed") { database in
      let fixture = try await Fixture(database)
      let (_, _, entry) = try await fixture.submit()
      let (_, others, _) = try await fixture.submit()
      let lease = try await fixture.claim(entry).lease
      await #expect(throws: StoreError.missing(table: "jobs", id: others[0].id.rawValue)) {
        try await fixture.store.apply([.started(others[0].id, at: at(20))], under: lease)
      }
    },
    ConformanceCheck("the end of a build ends its jobs") { database in
      let fixture = try await Fixture(database)
      let (build, jobs, entry) = try await fixture.submit()
      let lease = try await fixture.claim(entry).lease
      _ = try await fixture.store.apply(
        [
          .started(jobs[0].id, at: at(11)), .finished(jobs[0].id, .passed, exitCode: 0, logSize: 1, at: at(12)),
          .started(jobs[1].id, at: at(13)),
        ], under: lease)
      let rows = try #require(
        try await fixture.store.finish(
          build.id, lease: lease, status: .killed, jobs: .killed, reason: "by hand", logSizes: [jobs[1].id: 5],
          at: at(20)))
      #expect(rows.build?.status == .killed && rows.build?.finishedAt == at(20) && rows.build?.reason == "by hand")
      #expect(rows.jobs.map(\.status) == [.killed, .skipped] && rows.jobs.map(\.logSize) == [5, 0])
      let all = try await fixture.store.jobs(of: build.id, owner: fixture.user.id)
      #expect(all.map(\.status) == [.passed, .killed, .skipped])
      #expect(try await fixture.store.runningBuilds() == [])
      let twice = try await fixture.store.finish(
        build.id, lease: lease, status: .failed, jobs: .failed, reason: nil, logSizes: [:], at: at(30))
      #expect(twice == nil)
    },
    ConformanceCheck("a queued build ends without a lease, a running one does not") { database in
      let fixture = try await Fixture(database)
      let (build, _, entry) = try await fixture.submit()
      _ = try await fixture.claim(entry)
      func kill(_ id: BuildID) async throws -> ChangedRows? {
        try await fixture.store.finish(
          id, lease: nil, status: .killed, jobs: .killed, reason: nil, logSizes: [:], at: at(20))
      }
      #expect(try await kill(build.id) == nil)
      let waiting = try await fixture.submit().build
      #expect(try await kill(waiting.id)?.jobs.map(\.status) == [.skipped, .skipped, .skipped])
    },
    ConformanceCheck("a requeued build begins anew and keeps what was logged") { database in
      let fixture = try await Fixture(database)
      let (build, jobs, entry) = try await fixture.submit()
      let lease = try await fixture.claim(entry).lease
      _ = try await fixture.store.apply(
        [
          .started(jobs[0].id, at: at(11)), .finished(jobs[0].id, .passed, exitCode: 0, logSize: 9, at: at(12)),
          .started(jobs[1].id, at: at(13)),
        ], under: lease)
      _ = try await fixture.store.putArtifact(sample(build.id, jobs[0].id), folder: "f", under: lease)
      let requeued = try #require(try await fixture.store.requeue(lease, .lost, at: at(20)))
      let now = try await fixture.store.jobs(of: build.id, owner: fixture.user.id)
      #expect(now.map(\.status) == [.queued, .queued, .queued] && now.map(\.position) == [0, 1, 2])
      #expect(now[0].id != jobs[0].id && now[1].id == jobs[1].id && now[2] == jobs[2])
      #expect(now[1].startedAt == at(13) && requeued.rows.jobs == [now[0], now[1]])
      let old = try #require(try await fixture.store.job(jobs[0].id, owner: fixture.user.id)).job
      #expect(old.status == .passed && old.logSize == 9)
      #expect(
        try await fixture.store.artifacts(in: .build(build.id), owner: fixture.user.id, limit: 100).map(\.job) == [
          now[0].id
        ])
      #expect(try await fixture.store.queuedBuilds().builds == [requeued.entry])
    },
    ConformanceCheck("a build can be begun anew again and again") { database in
      let fixture = try await Fixture(database)
      var entry = try await fixture.submit().entry
      var seen: Set<JobID> = []
      for _ in 0..<5 {
        let claimed = try await fixture.claim(entry)
        seen.insert(claimed.jobs[0].id)
        _ = try await fixture.store.apply(
          [
            .started(claimed.jobs[0].id, at: at(11)),
            .finished(claimed.jobs[0].id, .passed, exitCode: 0, logSize: 1, at: at(12)),
          ], under: claimed.lease)
        entry = try #require(try await fixture.store.requeue(claimed.lease, .givenBack, at: at(13))).entry
      }
      #expect(seen.count == 5)
      #expect(try await fixture.store.jobs(of: entry.id, owner: fixture.user.id).count == 3)
    },
    ConformanceCheck("a build that was given back has not used up an attempt") { database in
      let fixture = try await Fixture(database)
      let (_, _, entry) = try await fixture.submit()
      let lease = try await fixture.claim(entry).lease
      let requeued = try #require(try await fixture.store.requeue(lease, .givenBack, at: at(20)))
      let again = try await fixture.claim(requeued.entry)
      #expect(again.build.attempt == 1 && again.fence == 2)
    },
    ConformanceCheck("what runs and what waits is found after a restart") { database in
      let fixture = try await Fixture(database)
      let first = try await fixture.submit(namespace: "n").entry
      let second = try await fixture.submit().entry
      #expect(try await fixture.store.queuedBuilds().builds == [first, second])
      let claimed = try await fixture.claim(first, turn: 8)
      _ = try await fixture.claim(second, turn: 9)
      #expect(try await fixture.store.renew(claimed.lease, until: at(60_000)))
      #expect(try await fixture.store.requestStop(claimed.lease, .killed, reason: "why"))
      #expect(try await fixture.store.requestStop(claimed.lease, .timedOut, reason: "later"))
      let running = try await fixture.store.runningBuilds()
      #expect(running.map(\.lease.build) == [first.id, second.id] && running.map(\.stop) == [.killed, nil])
      #expect(running[0].leaseUntil == at(60_000) && running[0].timeout == .seconds(60) && running[0].attempt == 1)
      #expect(running[0].claimant == Claimant(agent: "one", instance: "p1"))
      let turns = try await fixture.store.queuedBuilds().turns
      #expect(turns == [first.line: 8, .owner(fixture.user.id): 9])
      #expect(try await fixture.store.activeCounts() == (0, 2))
    },
  ]
}
