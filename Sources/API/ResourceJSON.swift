internal import Model
internal import Routing
internal import Store

/// How builds, jobs, artifacts and tokens are written; the field names are a contract.
extension JSONWriter {
  /// A build's fields as lists have them; the caller opens and closes the object.
  mutating func fields(of build: Build) {
    field("id", build.id.rawValue)
    field("number", build.number)
    field("kind", build.kind.rawValue)
    field("status", build.status.rawValue)
    field("namespace", build.namespace)
    key("trigger")
    trigger(build.trigger)
    field("tags", build.tags)
    field("pinned", build.pinned)
    field("commit", build.commit)
    field("repository", build.repository?.rawValue)
    field("ref", build.ref)
    field("reason", build.reason)
    field("attempt", Int64(build.attempt))
    fields(of: build.results)
    field("driver", build.needs.driver)
    key("labels")
    dictionary(build.needs.labels)
    field("agent", build.agent?.name)
    field("agent_id", build.agent?.id?.rawValue)
    field("created_at", build.createdAt)
    field("started_at", build.startedAt)
    field("finished_at", build.finishedAt)
    service(of: build)
  }

  /// A build as lists have it.
  mutating func build(_ build: Build) {
    beginObject()
    fields(of: build)
    endObject()
  }

  /// A build with its manifest and jobs, and why no agent has taken it yet.
  mutating func build(_ build: Build, manifest: String, jobs: [Job], obstacle: String?) {
    beginObject()
    fields(of: build)
    field("waiting_for", obstacle)
    field("manifest", manifest)
    key("jobs")
    self.jobs(jobs)
    endObject()
  }

  private mutating func trigger(_ trigger: Trigger) {
    beginObject()
    field("type", trigger.type.rawValue)
    field("comment", trigger.comment)
    key("data")
    beginObject()
    for entry in trigger.data.sorted(by: { $0.key < $1.key }) {
      if entry.key == BuildMessage.triggerKey, let members = BuildMessage.shownMembers(entry.value) {
        for member in members {
          key(text: member.name)
          value(member.value)
        }
      } else {
        key(text: entry.key)
        string(entry.value)
      }
    }
    endObject()
    endObject()
  }

  /// Jobs in the order given.
  mutating func jobs(_ jobs: [Job]) {
    beginArray()
    for entry in jobs { job(entry) }
    endArray()
  }

  /// A job.
  mutating func job(_ job: Job) {
    beginObject()
    field("id", job.id.rawValue)
    field("build_id", job.build.rawValue)
    field("stage", job.stage)
    field("name", job.name)
    field("status", job.status.rawValue)
    field("exit_code", job.exitCode.map(Int64.init))
    field("created_at", job.createdAt)
    field("started_at", job.startedAt)
    field("finished_at", job.finishedAt)
    field("log_size", job.logSize)
    endObject()
  }

  /// An artifact; `job` is the name of the job that it was collected after.
  mutating func artifact(_ artifact: Artifact, job: String) {
    beginObject()
    field("name", artifact.name)
    field("source", artifact.source)
    field("job", job)
    field("size", artifact.content.size)
    field("sha256", artifact.content.sha256)
    field("md5", artifact.content.md5)
    program(artifact.program)
    field("mode", Self.mode(artifact))
    field("created_at", artifact.createdAt)
    field("url", "/api/v1/builds/\(artifact.build)/artifacts/" + PercentEncoding.path(artifact.name))
    endObject()
  }

  /// What a file is; nulls for what is no part of a program.
  mutating func program(_ program: ProgramFile?) {
    field("kind", program?.kind.rawValue)
    field("architecture", program?.architecture)
  }

  /// Permission bits in octal: `0755`.
  static func mode(_ artifact: Artifact) -> String {
    let digits = String(artifact.permissions & 0o7777, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// A token; `text` is the token itself, which is shown once, when it is made.
  mutating func token(_ token: StoredToken, text: String? = nil) {
    beginObject()
    field("id", token.id.rawValue)
    if let text { field("token", text) }
    field("kind", token.kind.rawValue)
    field("comment", token.comment)
    field("created_at", token.createdAt)
    field("last_used_at", token.lastUsedAt)
    field("expires_at", token.expiresAt)
    endObject()
  }
}
