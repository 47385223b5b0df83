import Model
import Store

@testable import WebUI

/// Text that would be markup, or would break out of an attribute, if it were not escaped.
let hostileTexts = [
  "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "</textarea><b>",
  "<!--", "]]>", "&lt;script&gt;", "javascript:alert(1)", "\u{202E}gnp.exe",
]

let someTime = Timestamp(milliseconds: 1_700_000_000_000)

func someBuild(
  status: Status = .passed, comment: String = "", tags: [String] = [], namespace: String? = nil,
  commit: String? = nil, reason: String? = nil, data: [String: String] = [:]
) -> Build {
  Build(
    id: BuildID(rawValue: 7), number: 3, kind: .pipeline, status: status, owner: UserID(rawValue: 1),
    namespace: namespace, trigger: Trigger(type: .manual, comment: comment, data: data), tags: tags, pinned: false,
    commit: commit, reason: reason, attempt: 1, createdAt: someTime, startedAt: someTime + .seconds(1),
    finishedAt: status.isFinal ? someTime + .seconds(75) : nil)
}

func someJob(
  _ id: Int64 = 1, stage: String = "test", name: String = "unit", status: Status = .passed, started: Bool = true
) -> Job {
  Job(
    id: JobID(rawValue: id), build: BuildID(rawValue: 7), position: Int(id), stage: stage, name: name, status: status,
    exitCode: 0, logSize: 10, createdAt: someTime, startedAt: started ? someTime : nil,
    finishedAt: started ? someTime + .seconds(2) : nil)
}

func someArtifact(_ name: String) -> Artifact {
  Artifact(
    id: ArtifactID(rawValue: 1), build: BuildID(rawValue: 7), job: JobID(rawValue: 1), name: name, source: name,
    content: ContentDigest(
      sha256: String(repeating: "ab", count: 32), md5: String(repeating: "cd", count: 16), size: 1536),
    permissions: 0o644, createdAt: someTime)
}

func listView(_ rows: [BuildRow], filter: BuildFilter = BuildFilter(), next: BuildID? = nil) -> BuildListView {
  BuildListView(
    filter: filter, rows: rows, next: next, user: "admin", address: "http://127.0.0.1:8080",
    tokenPath: "/data/admin-token", now: someTime + .seconds(100))
}

func buildView(
  _ build: Build, jobs: [Job] = [someJob()], artifacts: [Artifact] = [], count: Int64? = nil,
  title: String = "title", manifest: String? = nil, plainLog: PlainLog? = nil, user: String = "admin"
) -> BuildView {
  BuildView(
    build: build, jobs: jobs, job: jobs.first, isChosen: false, artifacts: artifacts,
    size: ArtifactSetSize(count: count ?? Int64(artifacts.count), bytes: 10), title: title, user: user,
    now: someTime + .seconds(100), driver: "host", timeoutSeconds: 3600, manifest: manifest, plainLog: plainLog)
}
