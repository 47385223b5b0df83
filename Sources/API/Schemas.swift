internal import Routing

/// The schemas of the OpenAPI document, as JSON text.
enum Schemas {
  static let buildStatus = """
    {"type":"string","enum":["queued","running","passed","passed_with_failures","failed","killed","timed_out"]}
    """
  static let buildKind = #"{"type":"string","enum":["pipeline","program","nix","service"]}"#
  static let count = #"{"type":"integer","format":"int64","minimum":0}"#
  static let flag = #"{"type":"string","enum":["0","1"]}"#
  private static let text = #"{"type":"string"}"#
  private static let integer = #"{"type":"integer","format":"int64"}"#
  private static let optionalInteger = #"{"type":["integer","null"],"format":"int64"}"#
  private static let time = #"{"type":"string","format":"date-time"}"#
  private static let optionalTime = #"{"type":["string","null"],"format":"date-time"}"#
  static let messageSeverity = #"{"type":"string","enum":["error","warning","note"]}"#
  static let testStatus = #"{"type":"string","enum":["passed","failed","error","skipped"]}"#
  static let historySpan = #"{"type":"string","enum":["hour","day"]}"#
  private static let textByName = #"{"type":"object","additionalProperties":{"type":"string"}}"#
  static let truth = #"{"type":"string","enum":["true","false"]}"#
  private static let optionalText = #"{"type":["string","null"]}"#
  private static let jobStatus = """
    {"type":"string","enum":["queued","running","passed","passed_with_failures","failed","killed","timed_out","skipped"]}
    """

  private static let tagItem =
    #"{"type":"string","minLength":1,"maxLength":100,"pattern":"^[^\\u0000-\\u001f\\u007f-\\u009f]*$"}"#
  static let tags = closed(["tags"], [("tags", #"{"type":"array","items":\#(tagItem)}"#)])
  static let lint = closed(["manifest"], [("manifest", text)])
  static let submission = closed(
    [],
    [
      ("manifest", #"{"type":["string","null"],"description":"YAML; either this or url"}"#),
      (
        "url",
        #"{"type":["string","null"],"maxLength":4096,"description":"The address of a C program's git repository"}"#
      ), ("ref", #"{"type":["string","null"],"maxLength":250,"description":"Branch, tag or commit of url"}"#),
      ("comment", #"{"type":["string","null"],"maxLength":10000}"#),
      ("tags", #"{"type":["array","null"],"maxItems":50,"items":\#(tagItem)}"#),
    ])
  static let newToken = closed(
    [],
    [
      ("comment", #"{"type":["string","null"],"maxLength":200}"#),
      ("kind", #"{"type":["string","null"],"enum":["user","agent",null]}"#),
      ("expires_in", #"{"type":["integer","null"],"minimum":1,"maximum":316224000,"description":"Seconds"}"#),
    ])

  private static let trigger = object([
    ("type", #"{"type":"string","enum":["manual","push","pull","schedule","rebuild","api"]}"#), ("comment", text),
    ("data", #"{"type":"object","additionalProperties":{"type":"string"}}"#),
  ])
  private static let summary =
    [
      ("id", integer), ("number", integer), ("kind", buildKind), ("status", buildStatus), ("namespace", optionalText),
      ("trigger", trigger), ("tags", #"{"type":"array","items":{"type":"string"}}"#),
      ("pinned", #"{"type":"boolean"}"#), ("commit", optionalText), ("repository", optionalInteger),
      ("ref", optionalText), ("reason", optionalText), ("attempt", integer), ("driver", text), ("labels", textByName),
      ("agent", optionalText), ("agent_id", optionalInteger), ("created_at", time),
      ("started_at", optionalTime), ("finished_at", optionalTime),
    ] + results
  /// Of a build of a service only.
  private static let serviceBuild = object([
    ("name", text), ("revision", count), ("tag", text), ("branch", text), ("commit", optionalText),
    (
      "merge_request",
      #"{"oneOf":[\#(object([("iid", count), ("url", text)])),{"type":"null"}]}"#
    ), ("stage", #"{"type":"string","enum":["TRIGGERED","RUNNING","SUCCESS","FAILURE"]}"#), ("reason", optionalText),
  ])
  private static let token = [
    ("id", integer), ("kind", text), ("comment", text), ("created_at", time), ("last_used_at", optionalTime),
    ("expires_at", optionalTime),
  ]
  private static let watched = [
    ("branch", #"{"type":["string","null"],"description":"May hold * and ?"}"#),
    ("tag", #"{"type":["string","null"],"description":"Instead of a branch; may hold * and ?"}"#),
    ("every", #"{"type":["integer","null"],"minimum":5,"description":"Seconds"}"#),
    ("manifest", #"{"type":["string","null"],"description":"YAML, instead of what is found"}"#),
  ]
  static let newRepository = closed(["url"], [("url", text), ("namespace", optionalText)] + watched)
  static let repositoryChange = closed([], [("enabled", #"{"type":["boolean","null"]}"#)] + watched)
  static let repositoryBuild = closed(
    [], [("ref", optionalText), ("comment", #"{"type":["string","null"],"maxLength":10000}"#)])
  private static let lastBuild = object([
    ("id", integer), ("number", integer), ("status", buildStatus), ("ref", optionalText), ("commit", optionalText),
    ("created_at", time), ("started_at", optionalTime), ("finished_at", optionalTime),
  ])
  private static let repository = [
    ("id", integer), ("url", text), ("branch", optionalText), ("tag", optionalText), ("every", integer),
    ("enabled", #"{"type":"boolean"}"#), ("namespace", optionalText),
    ("status", #"{"anyOf":[\#(buildStatus),{"type":"null"}]}"#), ("last_commit", optionalText),
    ("last_build", #"{"anyOf":[\#(lastBuild),{"type":"null"}]}"#), ("last_checked_at", optionalTime),
    ("next_check_at", optionalTime), ("error", optionalText), ("error_since", optionalTime), ("failures", integer),
    ("notice", optionalText), ("created_at", time),
  ]
  private static let fileKind =
    #"{"type":["string","null"],"enum":["executable","shared_library","static_library","object",null]}"#
  private static let commitArtifact = [
    ("id", integer), ("name", text), ("build_id", integer), ("kind", fileKind), ("architecture", optionalText),
    ("mode", text), ("size", integer), ("sha256", text), ("md5", text), ("created_at", time), ("url", text),
  ]
  private static let comparedSide = object([("commit", text), ("artifacts", count), ("size", count)])
  private static let changedFile = [
    ("name", text), ("kind", fileKind), ("architecture", optionalText), ("delta", integer), ("url", text),
  ]
  private static let onlyOne = object(changedFile + [("size", count), ("sha256", text)])
  private static let changed = object(
    changedFile + [
      ("size_before", count), ("size_after", count), ("sha256_before", text), ("sha256_after", text),
    ])
  private static let diagnostics = list(
    object([("pointer", text), ("path", text), ("line", integer), ("column", integer), ("detail", text)]))

  private static let testCounts = object(["passed", "failed", "errors", "skipped"].map { ($0, integer) })
  private static let results = [
    ("errors", integer), ("warnings", integer), ("new_errors", integer), ("new_warnings", integer),
    ("compared_with", optionalInteger), ("tests", #"{"oneOf":[\#(testCounts),{"type":"null"}]}"#),
  ]

  private static let machine = object([
    ("host", text), ("os", text), ("arch", text), ("processors", count), ("memory", count),
    ("load", #"{"type":["number","null"]}"#),
  ])

  private static let nixItem = object([
    ("kind", #"{"type":"string","enum":["build","fetch"]}"#), ("path", text),
    ("state", #"{"type":"string","enum":["running","done","failed"]}"#), ("begun_ms", integer),
    ("ms", optionalInteger), ("bytes", optionalInteger), ("source", optionalText),
  ])
  private static let nixPush = object([
    ("target", text), ("pushed", integer), ("present", integer), ("bytes", integer), ("sent_bytes", integer),
    ("over", #"{"type":"boolean"}"#),
  ])

  static let all: [(name: String, json: String)] = [
    ("BuildSummary", object(summary)),
    (
      "Build",
      object(
        summary + [
          ("waiting_for", optionalText), ("manifest", text), ("jobs", list(##"{"$ref":"#/components/schemas/Job"}"##)),
        ])
    ),
    (
      "Job",
      object([
        ("id", integer), ("build_id", integer), ("stage", text), ("name", text), ("status", jobStatus),
        ("exit_code", #"{"type":["integer","null"]}"#), ("created_at", time), ("started_at", optionalTime),
        ("finished_at", optionalTime), ("log_size", integer),
      ])
    ),
    (
      "Artifact",
      object([
        ("name", text), ("source", text), ("job", text), ("size", integer), ("sha256", text), ("md5", text),
        ("kind", fileKind), ("architecture", optionalText), ("mode", text), ("created_at", time),
        ("url", text),
      ])
    ),
    ("CommitArtifact", object(commitArtifact)),
    (
      "Comparison",
      object([
        ("from", comparedSide), ("to", comparedSide), ("unchanged", count), ("added", list(onlyOne)),
        ("removed", list(onlyOne)), ("changed", list(changed)),
      ])
    ),
    (
      "Message",
      object([
        ("id", integer), ("job_id", integer), ("job", text), ("severity", messageSeverity), ("file", text),
        ("line", optionalInteger), ("column", optionalInteger), ("text", text), ("option", optionalText),
        ("log_line", integer), ("new", #"{"type":"boolean"}"#), ("page", text),
      ])
    ),
    (
      "Test",
      object([
        ("id", integer), ("job_id", integer), ("job", text), ("suite", text), ("name", text), ("status", testStatus),
        ("duration", #"{"type":["number","null"]}"#), ("message", optionalText),
      ])
    ),
    (
      "NixProgress",
      object([
        ("job_id", integer), ("built", integer), ("failed", integer), ("fetched", integer), ("fetched_bytes", integer),
        ("items", list(nixItem)), ("push", #"{"oneOf":[\#(nixPush),{"type":"null"}]}"#),
      ])
    ),
    (
      "LogLines",
      object([
        (
          "lines",
          list(
            object([
              ("number", integer), ("offset", integer), ("elapsed_ms", integer), ("text", text),
              ("cut", #"{"type":"boolean"}"#),
            ]))
        ), ("total", integer), ("size", integer), ("ended", #"{"type":"boolean"}"#),
      ])
    ),
    ("LintResult", object([("errors", diagnostics), ("warnings", diagnostics)])),
    ("RepositorySummary", object(repository)),
    (
      "Repository",
      object(
        repository + [
          ("manifest", optionalText), ("badge_url", optionalText),
          ("refs", list(##"{"$ref":"#/components/schemas/Ref"}"##)),
        ])
    ),
    (
      "Ref",
      object([
        ("name", text), ("commit", text), ("moved_at", time), ("deleted_at", optionalTime),
        ("build_id", optionalInteger),
      ])
    ),
    (
      "Agent",
      object([
        ("id", integer), ("name", text), ("state", #"{"type":"string","enum":["online","draining","offline"]}"#),
        ("shared", #"{"type":"boolean"}"#), ("slots", count), ("busy", count),
        (
          "builds",
          list(object([("id", integer), ("number", integer), ("kind", buildKind), ("started_at", optionalTime)]))
        ), ("drivers", list(text)), ("labels", textByName), ("version", text),
        ("machine", #"{"oneOf":[\#(machine),{"type":"null"}]}"#), ("created_at", time), ("last_contact_at", time),
      ])
    ),
    (
      "QueueMoment",
      object([
        ("time", time), ("queued", count), ("running", count), ("begun", count),
        ("wait_mean", #"{"type":["number","null"]}"#), ("wait_longest", #"{"type":"number"}"#),
      ])
    ),
    ("Webhook", object([("url", text), ("secret", optionalText)])),
    ("Token", object(token)), ("NewToken", object([("token", text)] + token)), ("Version", object([("version", text)])),
    (
      "Readiness",
      object([
        ("status", text), ("checks", #"{"type":"object","additionalProperties":{"type":"string"}}"#),
        ("role", #"{"type":"string","enum":["leading","following","changing"]}"#), ("leader", optionalText),
      ])
    ),
    (
      "Server",
      object([
        ("id", text), ("address", optionalText),
        ("state", #"{"type":"string","enum":["leading","following","silent"]}"#), ("this", #"{"type":"boolean"}"#),
        ("version", text), ("schema", integer), ("term", integer), ("started_at", time), ("seen_at", time),
      ])
    ),
  ]

  private static func list(_ item: String) -> String { JSONSchema.list(item) }
  private static func object(_ properties: [(String, String)]) -> String { JSONSchema.object(properties) }
  private static func closed(_ required: [String], _ properties: [(String, String)]) -> String {
    JSONSchema.closed(required, properties)
  }
}
