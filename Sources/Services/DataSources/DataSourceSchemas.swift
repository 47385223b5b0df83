internal import Routing
internal import ServiceModel

/// The schemas of the data sources' part of the OpenAPI document.
enum DataSourceSchemas {
  private static let text = #"{"type":"string"}"#
  private static let truth = #"{"type":"boolean"}"#
  private static let time = #"{"type":"string","format":"date-time"}"#
  private static let types = DataSourceType.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
  private static let settings =
    #"{"type":["object","null"],"description":"The settings of the type; secrets are written and never read back"}"#
  private static let tables = ##"{"type":"array","items":{"$ref":"#/components/schemas/DataSourceTable"}}"##
  private static let schema = JSONSchema.object([("tables", tables)])

  static let new = JSONSchema.closed(
    ["name", "type"],
    [
      ("name", #"{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_]{0,62}$"}"#),
      ("type", #"{"type":"string","enum":[\#(types)]}"#), ("connection", settings), ("schema", schema),
    ])
  static let change = JSONSchema.closed(
    [], [("name", text), ("type", text), ("connection", settings), ("schema", schema)])
  static let connection = JSONSchema.closed([], [("connection", settings)])

  private static let column = JSONSchema.closed(
    ["name", "type"],
    [
      ("name", text), ("type", text), ("primary_key", truth), ("nullable", truth), ("unique", truth),
      ("default", #"{"type":["string","null"]}"#),
    ])

  static let all: [(name: String, json: String)] = [
    (
      "DataSource",
      JSONSchema.object([
        ("name", text), ("type", text), ("connection", #"{"type":"object"}"#), ("schema", schema),
        ("created_at", time), ("saved_at", time),
      ])
    ),
    (
      "DataSourceTable",
      JSONSchema.closed(["name", "columns"], [("name", text), ("columns", JSONSchema.list(column))])
    ),
    ("DataSourceTest", JSONSchema.object([("ok", truth), ("detail", text)])),
    ("DataSourceTables", JSONSchema.object([("tables", tables), ("notes", JSONSchema.list(text))])),
  ]
}
