internal import Model
internal import Routing
internal import Store

/// How services and revisions are written; the field names are a contract.
extension JSONWriter {
  mutating func service(_ service: ServiceRecord) {
    beginObject()
    field("id", service.id.rawValue)
    field("name", service.name)
    field("draft_saved_at", service.draftSavedAt)
    field("last_revision", service.lastRevision)
    field("created_at", service.createdAt)
    endObject()
  }

  mutating func revision(_ revision: ServiceRevision) {
    beginObject()
    field("number", revision.number)
    field("created_at", revision.createdAt)
    endObject()
  }
}
