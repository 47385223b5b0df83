internal import HTTPServer
internal import Model
internal import Routing
internal import Store

/// What a build has done with Nix.
struct NixRoutes {
  let dependencies: APIDependencies

  var routes: [Route] {
    [
      Route(
        "GET", "/api/v1/builds/{id}/nix",
        documentation: .init(
          "What the jobs of a build have built, fetched and pushed with Nix; empty for builds without it", tag: "Nix",
          responses: [.jsonList(200, "For each job that has used Nix", "NixProgress")]), progress)
    ]
  }

  @Sendable private func progress(_ request: RouteRequest) async throws -> HTTPResponse {
    let build = try await dependencies.build(of: request)
    let found = try await dependencies.store.nixProgress(of: build.id, owner: build.owner)
    return .json { writer in
      writer.beginArray()
      for (job, progress) in found { writer.nix(progress, of: job) }
      writer.endArray()
    }
  }
}

extension JSONWriter {
  fileprivate mutating func nix(_ progress: NixProgress, of job: JobID) {
    beginObject()
    field("job_id", job.rawValue)
    field("built", progress.built)
    field("failed", progress.failed)
    field("fetched", progress.fetched)
    field("fetched_bytes", progress.fetchedBytes)
    key("items")
    beginArray()
    for entry in progress.items { item(entry) }
    endArray()
    key("push")
    if let push = progress.push { self.push(push) } else { null() }
    endObject()
  }

  private mutating func item(_ item: NixProgress.Item) {
    beginObject()
    field("kind", item.kind.rawValue)
    field("path", "/nix/store/" + item.path)
    field("state", item.state.rawValue)
    field("begun_ms", item.begunMilliseconds)
    field("ms", item.milliseconds)
    field("bytes", item.bytes)
    field("source", item.source)
    endObject()
  }

  private mutating func push(_ push: NixProgress.Push) {
    beginObject()
    field("target", push.target)
    field("pushed", push.pushed)
    field("present", push.present)
    field("bytes", push.bytes)
    field("sent_bytes", push.sentBytes)
    field("over", push.isOver)
    endObject()
  }
}
