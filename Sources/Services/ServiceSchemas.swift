internal import Routing

/// The schemas of the services' part of the OpenAPI document.
enum ServiceSchemas {
  private static let text = #"{"type":"string"}"#
  private static let count = #"{"type":"integer","format":"int64","minimum":0}"#
  private static let optionalCount = #"{"type":["integer","null"],"format":"int64","minimum":1}"#
  private static let time = #"{"type":"string","format":"date-time"}"#

  static let newService = JSONSchema.closed(
    ["name"], [("name", #"{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]{0,62}$"}"#)])

  /// Shallow: what stands in it is described with the service file.
  static let document = #"{"type":"object","description":"A service; its keys are those of the service file"}"#
  private static let optionalText = #"{"type":["string","null"]}"#
  private static let fields = JSONSchema.list(JSONSchema.object([("name", text), ("type", text)]))
  private static let problem = JSONSchema.object([
    ("code", text), ("component", optionalText), ("method", optionalText), ("field", optionalText), ("detail", text),
  ])

  static let all: [(name: String, json: String)] = [
    (
      "Service",
      JSONSchema.object([
        ("id", count), ("name", text), ("draft_saved_at", time), ("last_revision", optionalCount), ("created_at", time),
        ("builds_last_month", count), ("builds_total", count),
      ])
    ), ("ServiceRevision", JSONSchema.object([("number", count), ("created_at", time)])),
    ("SavedService", JSONSchema.object([("number", count), ("created_at", time), ("document", document)])),
    (
      "MethodSignature",
      JSONSchema.object([("component", text), ("method", text), ("request", fields), ("response", fields)])
    ), ("ServiceDocument", document), ("ServiceProblems", JSONSchema.object([("problems", JSONSchema.list(problem))])),
  ]
}
