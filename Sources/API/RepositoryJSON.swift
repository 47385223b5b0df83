internal import Model
internal import Routing
internal import Store

/// How repositories and their refs are written; the field names are a contract.
extension JSONWriter {
  /// A repository as lists have it.
  mutating func repository(_ found: RepositoryOverview) {
    beginObject()
    fields(of: found)
    endObject()
  }

  /// A repository with its manifest, refs and badge.
  mutating func repository(_ found: RepositoryOverview, refs: [RepositoryRef], badge: String?) {
    beginObject()
    fields(of: found)
    field("manifest", found.repository.manifest)
    field("badge_url", badge.map { "/badges/\($0).svg" })
    key("refs")
    self.refs(refs)
    endObject()
  }

  private mutating func fields(of found: RepositoryOverview) {
    let repository = found.repository
    field("id", repository.id.rawValue)
    field("url", repository.url)
    watch(repository.watch)
    field("every", repository.everySeconds)
    field("enabled", repository.isEnabled)
    field("namespace", repository.namespace)
    field("status", found.lastBuild?.status.rawValue)
    field("last_commit", found.lastRef?.commit)
    key("last_build")
    if let build = found.lastBuild { brief(build) } else { null() }
    field("last_checked_at", repository.checkedAt)
    field("next_check_at", repository.nextCheckAt)
    field("error", repository.error)
    field("error_since", repository.errorSince)
    field("failures", Int64(repository.failures))
    field("notice", repository.notice)
    field("created_at", repository.createdAt)
  }

  private mutating func watch(_ watch: RefPattern) {
    switch watch {
    case .defaultBranch:
      field("branch", String?.none)
      field("tag", String?.none)
    case .branches(let pattern):
      field("branch", pattern)
      field("tag", String?.none)
    case .tags(let pattern):
      field("branch", String?.none)
      field("tag", pattern)
    }
  }

  private mutating func brief(_ build: Build) {
    beginObject()
    field("id", build.id.rawValue)
    field("number", build.number)
    field("status", build.status.rawValue)
    field("ref", build.ref)
    field("commit", build.commit)
    field("created_at", build.createdAt)
    field("started_at", build.startedAt)
    field("finished_at", build.finishedAt)
    endObject()
  }

  /// Refs in the order given.
  mutating func refs(_ refs: [RepositoryRef]) {
    beginArray()
    for ref in refs {
      beginObject()
      field("name", ref.name)
      field("commit", ref.commit)
      field("moved_at", ref.movedAt)
      field("deleted_at", ref.deletedAt)
      field("build_id", ref.build?.rawValue)
      endObject()
    }
    endArray()
  }
}
