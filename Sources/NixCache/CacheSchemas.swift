internal import Routing

/// The schemas of the caches' part of the OpenAPI document.
enum CacheSchemas {
  private static let text = #"{"type":"string"}"#
  private static let truth = #"{"type":"boolean"}"#
  private static let count = #"{"type":"integer","format":"int64","minimum":0}"#
  private static let optionalCount = #"{"type":["integer","null"],"format":"int64","minimum":0}"#
  private static let optionalText = #"{"type":["string","null"]}"#
  private static let time = #"{"type":"string","format":"date-time"}"#
  private static let optionalTime = #"{"type":["string","null"],"format":"date-time"}"#
  private static let texts = #"{"type":"array","items":{"type":"string"}}"#
  private static let compression = #"{"type":["string","null"],"enum":["zstd","xz",null]}"#
  private static let permission = #"{"type":"string","enum":["read","write","admin"]}"#
  private static let settings = [
    ("public", #"{"type":["boolean","null"]}"#),
    ("priority", #"{"type":["integer","null"],"minimum":0,"maximum":1000000}"#), ("compression", compression),
  ]

  static let newCache = JSONSchema.closed(
    ["name"],
    [
      ("name", #"{"type":"string","pattern":"^[a-z0-9][a-z0-9-]{0,62}$"}"#),
      ("key", #"{"type":["string","null"],"enum":["generate","none",null]}"#),
    ] + settings)
  static let change = JSONSchema.closed(
    [], settings + [("keep_seconds", optionalCount), ("keep_bytes", optionalCount)])
  static let newKey = JSONSchema.closed(
    ["public_key"], [("public_key", #"{"type":"string","description":"<name>:<base 64 of 32 bytes>"}"#)])
  static let newToken = JSONSchema.closed(
    ["permission"], [("permission", permission), ("comment", #"{"type":["string","null"],"maxLength":200}"#)])
  static let collection = JSONSchema.closed(
    [],
    [
      ("older_than", #"{"type":["integer","null"],"minimum":0,"description":"Seconds"}"#),
      ("max_size", #"{"type":["integer","null"],"minimum":0,"description":"Bytes"}"#),
      ("dry_run", #"{"type":["boolean","null"]}"#),
    ])

  private static let statistics = JSONSchema.object(
    [
      "hits", "misses", "downloads", "downloaded_bytes", "uploads", "uploaded_bytes", "collected_paths",
      "collected_bytes",
    ].map { ($0, count) })
  private static let token = [
    ("permission", permission), ("comment", text), ("created_at", time), ("last_used_at", optionalTime),
  ]

  static let all: [(name: String, json: String)] = [
    (
      "Cache",
      JSONSchema.object([
        ("name", text), ("uri", text), ("public", truth), ("priority", count), ("compression", text),
        ("public_keys", texts), ("paths", count), ("size", count), ("keep_seconds", optionalCount),
        ("keep_bytes", optionalCount), ("statistics", statistics), ("created_at", time),
      ])
    ),
    (
      "CacheKey", JSONSchema.object([("name", text), ("public_key", text), ("signs", truth), ("created_at", time)])
    ), ("CacheToken", JSONSchema.object([("id", count)] + token)),
    ("NewCacheToken", JSONSchema.object([("id", count), ("token", text)] + token)),
    (
      "CachePath",
      JSONSchema.object([
        ("hash", text), ("name", text), ("store_path", text), ("nar_hash", text), ("nar_size", count),
        ("file_hash", text), ("file_size", count), ("compression", text), ("references", texts),
        ("deriver", optionalText), ("signatures", texts), ("pinned", truth), ("created_at", time),
        ("last_used_at", time),
      ])
    ), ("CacheCollection", JSONSchema.object([("deleted_paths", count), ("freed_bytes", count)])),
  ]
}
