internal import Model
internal import Routing
internal import Store

/// How services and revisions are written; the field names are a contract.
extension JSONWriter {
  mutating func service(_ service: ServiceRecord, _ builds: ServiceBuildCount = ServiceBuildCount()) {
    beginObject()
    field("id", service.id.rawValue)
    field("name", service.name)
    field("draft_saved_at", service.draftSavedAt)
    field("last_revision", service.lastRevision)
    field("created_at", service.createdAt)
    field("builds_last_month", builds.lastMonth)
    field("builds_total", builds.total)
    endObject()
  }

  mutating func revision(_ revision: ServiceRevision, withDocument: Bool = false) {
    beginObject()
    field("number", revision.number)
    field("created_at", revision.createdAt)
    if withDocument {
      key("document")
      raw(revision.document)
    }
    endObject()
  }
}
