import FoundationEssentials

/// A step of a plan as `EXPLAIN (FORMAT JSON)` writes it.
struct PlanNode: Decodable, Sendable {
  let type: String
  let relation: String?
  let index: String?
  let rows: Double
  let cost: Double
  let steps: [PlanNode]

  private enum CodingKeys: String, CodingKey {
    case type = "Node Type"
    case relation = "Relation Name"
    case index = "Index Name"
    case rows = "Plan Rows"
    case cost = "Total Cost"
    case steps = "Plans"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    type = try values.decode(String.self, forKey: .type)
    relation = try values.decodeIfPresent(String.self, forKey: .relation)
    index = try values.decodeIfPresent(String.self, forKey: .index)
    rows = try values.decode(Double.self, forKey: .rows)
    cost = try values.decode(Double.self, forKey: .cost)
    steps = try values.decodeIfPresent([PlanNode].self, forKey: .steps) ?? []
  }

  /// The plan in the server's answer.
  static func plan(of json: String) throws -> PlanNode? {
    struct Explained: Decodable {
      let plan: PlanNode
      private enum CodingKeys: String, CodingKey { case plan = "Plan" }
    }
    let explained = try JSONDecoder().decode([Explained].self, from: Array(json.utf8).withUnsafeBytes { Data($0) })
    return explained.first?.plan
  }

  /// What of it would take too long where `large` tables have a million rows: the first such thing, for people.
  func expense(_ large: Set<String>) -> String? {
    if type == "Seq Scan", let relation, large.contains(relation) { return "walks all of \(relation)" }
    if type == "Sort", let sorted = steps.first, sorted.rows > 5000 { return "sorts \(Int(sorted.rows)) rows" }
    return steps.lazy.compactMap { $0.expense(large) }.first
  }

  /// In a line.
  var summary: String {
    let name = [type, index ?? relation].compactMap(\.self).joined(separator: " ")
    return steps.isEmpty ? name : "\(name)(\(steps.map(\.summary).joined(separator: ", ")))"
  }
}
