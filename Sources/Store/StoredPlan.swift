internal import Crypto
internal import FoundationEssentials
internal import Model

extension Sealer.Purpose {
  /// A plan with values that must not be seen.
  static let plan = Self(rawValue: "build_plans.plan")
}

/// A plan as it is stored: JSON, sealed as a whole where there are values that it masks.
struct StoredPlan {
  /// What `init(row:at:)` reads, from `build_plans p`.
  static let columns = "p.plan, p.sealed"
  /// The same of what the build does now: the plan as it was extended, where it was.
  static let presentColumns = """
    CASE WHEN p.extended_manifest IS NULL THEN p.plan ELSE p.extended_plan END, \
    CASE WHEN p.extended_manifest IS NULL THEN p.sealed ELSE p.extended_sealed END
    """
  /// Empty where the plan is sealed.
  var text: String
  var sealed: [UInt8]?

  init(_ plan: Plan, _ sealer: Sealer) throws {
    let json = String(decoding: try JSONEncoder().encode(plan), as: UTF8.self)
    let isSecret = !plan.maskedValues.isEmpty
    text = isSecret ? "" : json
    sealed = isSecret ? try sealer.seal(json, for: .plan) : nil
  }

  /// Reads `columns`, which begin at this column.
  init(row: any DatabaseRow, at column: Int) {
    text = row.text(column) ?? ""
    sealed = row.bytes(column + 1)
  }

  /// The values of the columns `plan` and `sealed`.
  var values: [DatabaseValue] { [.text(text), sealed.map { .bytes($0) } ?? .null] }

  /// The plan; throws `StoreError.damaged` where it cannot be read.
  func plan(of build: BuildID, _ sealer: Sealer) throws -> Plan {
    do {
      let json = try sealed.map { try sealer.open($0, for: .plan) } ?? text
      return try JSONDecoder().decode(Plan.self, from: Data(json.utf8))
    } catch {
      throw StoreError.damaged(table: "build_plans", id: build.rawValue, detail: "the plan is not valid: \(error)")
    }
  }
}
