import Model
import Store
import Testing

extension ConformanceCheck {
  static let extensions: [ConformanceCheck] = [
    ConformanceCheck("a plan is extended once, with its jobs, and again without a change") { database in
      let fixture = try await Fixture(database)
      let claimed = try await fixture.claimedProgram()
      let lease = claimed.lease
      for isFirst in [true, false] {
        let extended = try #require(try await fixture.store.extend(lease, by: found("make", "check"), at: at(20)))
        #expect(extended.jobs.map(\.name) == ["detect", "make", "check"])
        #expect(extended.jobs.map(\.position) == [0, 1, 2] && extended.jobs[0].id == claimed.jobs[0].id)
        #expect(extended.added == (isFirst ? Set(extended.jobs.dropFirst().map(\.id)) : []))
        #expect(extended.dropped.isEmpty)
      }
      let (build, owner) = (claimed.build.id, fixture.user.id)
      let plan = try #require(try await fixture.store.plan(of: build, owner: owner))
      #expect(plan.jobs.map(\.job.name) == ["detect", "make", "check"] && plan.timeoutSeconds == 40)
      #expect(try await fixture.store.manifest(of: build, owner: owner) == "found make check")
      #expect(try await fixture.store.runningBuilds().first?.timeout == .seconds(40))
      let submitted = try #require(try await fixture.store.submitted(build, owner: owner))
      #expect(submitted.manifest == "given" && submitted.plan == program)
    },
    ConformanceCheck("a plan is extended only under its lease, and only where there is something to find out") {
      database in
      let fixture = try await Fixture(database)
      let claimed = try await fixture.claimedProgram()
      let old = StoredLease(build: claimed.build.id, fence: claimed.fence - 1)
      #expect(try await fixture.store.extend(old, by: found("make"), at: at(20)) == nil)
      #expect(try await fixture.store.jobs(of: claimed.build.id, owner: fixture.user.id) == claimed.jobs)
      let other = try await fixture.claim(try await fixture.submit().entry)
      await #expect(throws: StoreError.self) { try await fixture.store.extend(other.lease, by: found("x"), at: at(20)) }
      let jobs = try #require(try await fixture.store.extend(claimed.lease, by: found("make"), at: at(20))).jobs
      _ = try await fixture.store.apply([.started(jobs[1].id, at: at(30))], under: claimed.lease)
      await #expect(throws: StoreError.notExtensible(claimed.build.id, "a later job has begun")) {
        try await fixture.store.extend(claimed.lease, by: found("check"), at: at(40))
      }
      #expect(
        try await fixture.store.jobs(of: claimed.build.id, owner: fixture.user.id).map(\.name) == ["detect", "make"])
    },
    ConformanceCheck("a second attempt returns to the plan that was submitted, and keeps the jobs that are the same") {
      database in
      let fixture = try await Fixture(database)
      let first = try await fixture.claimedProgram()
      let jobs = try #require(
        try await fixture.store.extend(first.lease, by: found("a", "b", "c", "d"), at: at(20))
      ).jobs
      _ = try await fixture.store.apply(
        jobs.prefix(2).flatMap {
          [.started($0.id, at: at(30)), .finished($0.id, .passed, exitCode: 0, logSize: 5, at: at(31))]
        } + [.started(jobs[2].id, at: at(32))], under: first.lease)
      var artifact = sample(first.build.id, jobs[2].id)
      artifact.name = "of-b"
      _ = try await fixture.store.putArtifact(artifact, folder: "f", under: first.lease)
      let requeued = try #require(try await fixture.store.requeue(first.lease, .lost, at: at(33)))
      let second = try await fixture.claim(requeued.entry, time: 40)
      #expect(second.plan == program && second.jobs.map(\.name) == ["detect", "a", "b", "c", "d"])
      // The branch has moved: `b` is gone, and `c` is elsewhere.
      let extended = try #require(try await fixture.store.extend(second.lease, by: found("a", "c"), at: at(50)))
      #expect(extended.jobs.map(\.name) == ["detect", "a", "c"])
      #expect(extended.jobs[0].id == second.jobs[0].id && extended.jobs[1].id == second.jobs[1].id)
      #expect(extended.added == [extended.jobs[2].id])
      #expect(extended.dropped == [jobs[2].id], "b had begun, c and d had not")
      let kept = try await fixture.store.job(jobs[2].id, owner: fixture.user.id)
      #expect(kept?.job.name == "b", "its log can still be read")
      #expect(try await fixture.store.job(jobs[4].id, owner: fixture.user.id) == nil)
      let artifacts = try await fixture.store.artifacts(in: .build(first.build.id), owner: fixture.user.id, limit: 100)
      #expect(artifacts.map(\.job) == [extended.jobs[2].id], "it belongs to the job that stands in its place")
    },
    ConformanceCheck("passwords of sources that were found are sealed and masked") { database in
      let fixture = try await Fixture(database)
      let claimed = try await fixture.claimedProgram()
      var found = found("make")
      found.manifest = "sources: ['https://u:hunter22@e.org/x']"
      found.sources = [Source(url: "https://u:hunter22@e.org/x", directory: "x")]
      let extended = try #require(try await fixture.store.extend(claimed.lease, by: found, at: at(20)))
      #expect(extended.plan.maskedValues == ["hunter22"])
      #expect(try await fixture.store.plan(of: claimed.build.id, owner: fixture.user.id) == extended.plan)
      let rows = try await database.read { connection in
        var rows: [String] = []
        try connection.query(
          "SELECT extended_manifest, extended_plan FROM build_plans WHERE build = $1",
          [.integer(claimed.build.id.rawValue)]
        ) { row in
          rows += [row.text(0) ?? "", row.text(1) ?? ""]
        }
        return rows
      }
      #expect(rows == ["sources: ['https://u:xxxxxx@e.org/x']", ""])
    },
  ]
}

/// A plan that finds out the rest.
private let program = Plan(
  driver: DriverSpecification(type: "host"),
  stages: [PlannedStage(name: "setup", jobs: [PlannedJob(name: "detect", step: .detect(source: 0))])],
  timeoutSeconds: 60)

/// Jobs of these names.
private func found(_ jobs: String...) -> PlanExtension {
  PlanExtension(
    manifest: "found " + jobs.joined(separator: " "), driver: DriverSpecification(type: "host"),
    stages: [
      PlannedStage(name: "build", jobs: jobs.map { PlannedJob(name: $0, step: .script(commands: ["true"])) })
    ], timeoutSeconds: 40)
}

extension Fixture {
  fileprivate func claimedProgram() async throws -> ClaimedBuild {
    let new = Submission(
      owner: user.id, kind: .program, manifest: "given", plan: program, trigger: Trigger(type: .api))
    return try await claim(try await store.submit(new, at: at(0)).entry)
  }
}
