internal import Archives
internal import HTTPServer
internal import Model
internal import Routing
internal import Store

extension WebUI {
  /// What a service's build has generated: to browse, and compared with the build before.
  var generatedFileRoutes: [Route] {
    [
      Route("GET", "/builds/{id}/files", access: .page) { request in
        let build = try await serviceBuild(request)
        let generated = try await generated(build)
        let path = request.http.query("path")
        let main = generated.files.first { $0.path == "README.md" } ?? generated.files.first
        guard let chosen = path ?? main?.path, generated.files.contains(where: { $0.path == chosen }) else {
          throw Problem.notFound("Build \(build.id) has generated no file '\((path ?? "").shortened)'.")
        }
        let view = GeneratedFilesView(build: build, generated: generated, chosen: chosen)
        return respond(Page(title: view.title, body: view.html), user: try request.reader().name)
      },
      Route("GET", "/builds/{id}/changes", access: .page) { request in
        let build = try await serviceBuild(request)
        let generated = try await generated(build)
        var view = GeneratedChangesView(build: build, archive: generated.archive)
        if let (previous, files) = try await before(build) {
          view.previous = previous
          view.changes = GeneratedChanges(from: files, to: generated)
        }
        return respond(Page(title: view.title, body: view.html), user: try request.reader().name)
      },
    ]
  }

  private func serviceBuild(_ request: RouteRequest) async throws -> Build {
    let id: BuildID = try request.identifier("id", of: "build")
    guard let build = try await dependencies.store.build(id, owner: request.reader().user), build.service != nil else {
      throw Problem.notFound("There is no build \(id) of a service.")
    }
    return build
  }

  private func generated(_ build: Build) async throws -> GeneratedFiles {
    guard let artifacts = dependencies.artifacts,
      let files = try await GeneratedFiles(of: build, dependencies.store, artifacts)
    else { throw Problem.notFound("Build \(build.id) has generated no files yet, or they are not kept any more.") }
    return files
  }

  /// The newest build of the same service before this one that has files.
  private func before(_ build: Build) async throws -> (Build, GeneratedFiles)? {
    guard let service = build.service?.service, let artifacts = dependencies.artifacts else { return nil }
    let older = try await dependencies.store.builds(
      BuildQuery(owner: build.owner, service: service, before: build.id, limit: 20))
    for candidate in older.builds {
      if let files = try await GeneratedFiles(of: candidate, dependencies.store, artifacts) {
        return (candidate, files)
      }
    }
    return nil
  }
}
