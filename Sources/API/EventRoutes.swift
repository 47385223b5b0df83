internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

/// Changes of builds and jobs as they happen.
struct EventRoutes {
  let dependencies: APIDependencies

  var routes: [Route] {
    [
      Route(
        "GET", "/api/v1/builds/{id}/events",
        documentation: .init(
          "A build and its jobs as they change; the present state first", tag: "Events",
          query: [
            ParameterDocumentation(
              "artifacts", "1 adds events artifact {name,size,job_id} and nix {job_id}", schema: Schemas.flag)
          ],
          responses: [
            RouteAnswer(
              200,
              "events build {id,number,status and what was found, as a build has it}, job {id,build_id,stage,name,status,exit_code}, end when it is over",
              "text/event-stream", nil)
          ]), ofBuild),
      Route(
        "GET", "/api/v1/events",
        documentation: .init(
          "All of the caller's builds as they change; those that wait or run first", tag: "Events",
          responses: [
            RouteAnswer(
              200,
              "events build and job; repository {id} where one is new or has changed; agents where something about them is "
                + "new, or one was heard of; missed, where the client was too "
                + "slow and should read the lists again",
              "text/event-stream", nil)
          ]), ofAll),
    ]
  }

  @Sendable private func ofBuild(_ request: RouteRequest) async throws -> HTTPResponse {
    let (build, caller) = (try await dependencies.build(of: request), try request.caller())
    let sendsArtifacts = request.http.query("artifacts") == "1"
    return dependencies.streams.response(to: caller) { [dependencies] stream in
      var events = BuildEventStream(
        store: dependencies.store, build: build.id, owner: caller.user, sendsArtifacts: sendsArtifacts)
      try await events.send(dependencies.queue.events(.build(build.id)), to: stream)
    }
  }

  @Sendable private func ofAll(_ request: RouteRequest) async throws -> HTTPResponse {
    let caller = try request.caller()
    let owner = caller.user
    return dependencies.streams.response(to: caller) { [dependencies] stream in
      let events = dependencies.queue.events(.owner(owner))
      try await sendActive(of: owner, to: stream)
      for await event in events {
        switch event {
        case .build(let build): try await stream.send(build)
        case .job(let job): try await stream.send(job)
        case .repository(let id): try await stream.send(id)
        case .agents: try await stream.send(event: "agents", data: Array("{}".utf8))
        case .artifact, .nix: continue
        case .missed:
          try await stream.send(event: "missed", data: Array("{}".utf8))
          try await sendActive(of: owner, to: stream)
        }
      }
    }
  }

  private func sendActive(of owner: UserID, to stream: EventStreamWriter) async throws {
    for status in [Status.queued, .running] {
      let page = try await dependencies.store.builds(BuildQuery(owner: owner, status: status, limit: 200))
      for build in page.builds.reversed() { try await stream.send(build) }
    }
  }
}

/// One build's events, each change once.
struct BuildEventStream {
  let store: Store
  let build: BuildID
  let owner: UserID
  let sendsArtifacts: Bool
  private var sentBuild: Build?
  private var sentJobs: [JobID: Job] = [:]

  init(store: Store, build: BuildID, owner: UserID, sendsArtifacts: Bool) {
    self.store = store
    self.build = build
    self.owner = owner
    self.sendsArtifacts = sendsArtifacts
  }

  /// Sends the present state, then `events`, and `end` once the build is over.
  mutating func send(_ events: EventSubscription, to stream: EventStreamWriter) async throws {
    if try await sendPresent(to: stream) { return }
    for await event in events {
      switch event {
      case .job(let job): try await send(job, to: stream)
      case .artifact(let artifact): if sendsArtifacts { try await stream.send(artifact) }
      case .build(let build) where !build.status.isFinal: try await send(build, to: stream)
      case .build, .missed:
        // At the end everything is read once more, so that no job is left behind in an older status.
        if try await sendPresent(to: stream) { return }
      case .nix(let job): if sendsArtifacts { try await stream.send(nix: job) }
      case .repository, .agents: continue
      }
    }
  }

  /// Sends what is new in the stored state. True once the build is over, and `end` was sent.
  private mutating func sendPresent(to stream: EventStreamWriter) async throws -> Bool {
    guard let present = try await store.buildWithJobs(build, owner: owner) else { return true }
    let isOver = present.build.status.isFinal
    if !isOver || sentBuild == nil { try await send(present.build, to: stream) }
    for job in present.jobs { try await send(job, to: stream) }
    guard isOver else { return false }
    try await send(present.build, to: stream)
    try await stream.send(event: "end") { $0.event(present.build) }
    return true
  }

  private mutating func send(_ build: Build, to stream: EventStreamWriter) async throws {
    if build == sentBuild { return }
    sentBuild = build
    try await stream.send(build)
  }

  /// A final status stays: an event may be older than the state that was read.
  private mutating func send(_ job: Job, to stream: EventStreamWriter) async throws {
    if let sent = sentJobs[job.id], sent.status.isFinal || sent.status == job.status { return }
    sentJobs[job.id] = job
    try await stream.send(job)
  }
}

extension EventStreamWriter {
  fileprivate func send(_ build: Build) async throws { try await send(event: "build") { $0.event(build) } }

  fileprivate func send(_ job: Job) async throws {
    try await send(event: "job") { writer in
      writer.beginObject()
      writer.field("id", job.id.rawValue)
      writer.field("build_id", job.build.rawValue)
      writer.field("stage", job.stage)
      writer.field("name", job.name)
      writer.field("status", job.status.rawValue)
      writer.field("exit_code", job.exitCode.map(Int64.init))
      writer.endObject()
    }
  }

  fileprivate func send(_ repository: RepositoryID) async throws {
    try await send(event: "repository") { writer in
      writer.beginObject()
      writer.field("id", repository.rawValue)
      writer.endObject()
    }
  }

  fileprivate func send(nix job: JobID) async throws {
    try await send(event: "nix") { writer in
      writer.beginObject()
      writer.field("job_id", job.rawValue)
      writer.endObject()
    }
  }

  fileprivate func send(_ artifact: Artifact) async throws {
    try await send(event: "artifact") { writer in
      writer.beginObject()
      writer.field("name", artifact.name)
      writer.field("size", artifact.content.size)
      writer.field("job_id", artifact.job.rawValue)
      writer.endObject()
    }
  }
}

extension JSONWriter {
  fileprivate mutating func event(_ build: Build) {
    beginObject()
    field("id", build.id.rawValue)
    field("number", build.number)
    field("status", build.status.rawValue)
    if build.results != nil { fields(of: build.results) }
    endObject()
  }
}
