internal import Routing

/// The schemas of agents' messages, as JSON text.
enum AgentSchemas {
  private static let text = #"{"type":"string"}"#
  private static let flag = #"{"type":"boolean"}"#
  private static let time = #"{"type":"string","format":"date-time"}"#
  private static let base64 = #"{"type":"string","contentEncoding":"base64"}"#
  private static let wait = #"{"type":"integer","minimum":0,"description":"Seconds; 30 at most"}"#
  private static let held = JSONSchema.object([("build", Schemas.count), ("fence", Schemas.count)])
  private static let machine = JSONSchema.object([
    ("host", text), ("system", text), ("architecture", text), ("processors", Schemas.count), ("memory", Schemas.count),
  ])
  static let claim = JSONSchema.object([
    ("agent", text), ("sequence", #"{"type":"integer","description":"Grows with each claim of the process"}"#),
    ("holding", JSONSchema.list(held)), ("slots", Schemas.count), ("busy", Schemas.count),
    ("drivers", JSONSchema.list(text)), ("labels", #"{"type":"object","additionalProperties":{"type":"string"}}"#),
    ("version", text), ("protocol", Schemas.count), ("machine", machine), ("wait_seconds", wait),
  ])
  static let assignment = """
    {"type":"object","required":["assignment"],"properties":{"assignment":{"type":"object",\
    "description":"Lease, number, plan and jobs, as Wright stores them; of the same version only"},\
    "cache_path":\(text)}}
    """
  static let stops = JSONSchema.object([("told", JSONSchema.list(Schemas.count)), ("wait_seconds", wait)])
  static let stopped = JSONSchema.object([
    (
      "stops",
      JSONSchema.list(
        JSONSchema.object([
          ("build", Schemas.count), ("reason", #"{"type":"string","enum":["killed","timed_out"]}"#),
        ]))
    )
  ])
  private static let log = JSONSchema.object([
    ("job", Schemas.count), ("offset", Schemas.count), ("elapsed", text), ("base64", base64),
  ])
  private static let change = """
    {"type":"object","required":["type"],"properties":{"type":{"type":"string",\
    "enum":["started","finished","commit","results","nix","service"]},"job":\(Schemas.count),"status":\(text),\
    "exit_code":{"type":"integer"},"at":\(time),"commit":\(text)}}
    """
  static let progress = JSONSchema.object([
    ("logs", JSONSchema.list(log)), ("changes", JSONSchema.list(change)), ("sent_at", time),
  ])
  static let end = """
    {"type":"object","required":["progress","outcome"],"properties":{"progress":\(progress),\
    "outcome":{"type":"object","required":["status"],"properties":{"status":\(text),"reason":\(text)}},\
    "claim":\(claim)}}
    """
  static let artifact = """
    {"type":"object","required":["name","source","permissions","size"],"properties":{"name":\(text),\
    "source":\(text),"permissions":\(Schemas.count),"size":\(Schemas.count),"program":{"type":"object"},\
    "base64":\(base64),"anew":\(flag)}}
    """

  static let all: [(name: String, json: String)] = [
    ("AgentRenewal", JSONSchema.object([("duration_ms", Schemas.count)])),
    ("AgentLog", JSONSchema.object([("size", Schemas.count)])),
    (
      "AgentArtifact",
      """
      {"type":"object","properties":{"artifact":\(Schemas.count),"content":{"type":"object"},"created_at":\(time),\
      "upload":\(JSONSchema.object([("id", text), ("offset", Schemas.count)]))}}
      """
    ),
  ]
}
