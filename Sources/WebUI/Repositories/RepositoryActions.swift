internal import HTTPServer
internal import Model
internal import Queue
internal import Routing
internal import Store

extension WebUI {
  /// The buttons of a repository's page. Each is a form that works without scripts and leads back to a page.
  var repositoryActionRoutes: [Route] {
    [
      repositoryAction("check") { found, _ in
        try await registry().check(found.repository.id, cause: .request)
        return "/repositories/\(found.repository.id)"
      },
      repositoryAction("build") { found, form in
        let ref = RepositoryForm.trimmed(form["ref"])
        let repository = found.repository
        let build = try await registry().build(
          repository.id, of: repository.owner, ref: ref.isEmpty ? nil : ref, comment: "")
        return "/builds/\(build.id)"
      },
      repositoryAction("settings") { found, form in
        let id = found.repository.id
        _ = try await registry().update(
          id, of: found.repository.owner,
          RepositoryChange(
            watch: try RepositoryForm.watch(form), everySeconds: try RepositoryForm.every(form),
            isEnabled: form["enabled"] == "1", manifest: form["manifest"]))
        return "/repositories/\(id)"
      },
      repositoryAction("delete") { found, _ in
        try await registry().remove(found.repository.id, of: found.repository.owner)
        return "/repositories"
      },
    ]
  }

  private func repositoryAction(
    _ name: String, _ act: @escaping @Sendable (RepositoryOverview, [String: String]) async throws -> String
  ) -> Route {
    Route("POST", "/repositories/{id}/\(name)", access: .page) { request in
      let found = try await ownRepository(request)
      let form = try await request.form()
      do {
        return Self.seeOther(try await act(found, form))
      } catch let error as RegistryError {
        throw error.problem
      }
    }
  }
}
