internal import Crypto
internal import Model
internal import Planning

extension Migration {
  /// Plans with values that must not be seen are sealed from here on, and manifests kept without these values; what
  /// was stored in clear before is changed accordingly.
  static let sealedPlans = Migration(number: 4, name: "sealed plans") { dialect in
    ["ALTER TABLE build_plans ADD COLUMN sealed \(dialect.bytes)"]
  } rows: { connection, sealer in
    var last: Int64 = 0
    while true {
      // The encoder leaves out spaces, and in a text it would escape the quotes.
      let page = try connection.all(
        """
        SELECT p.build, p.manifest, \(StoredPlan.columns) FROM build_plans p
        WHERE p.build > $1 AND p.plan NOT LIKE '%"maskedValues":[]%' ORDER BY p.build LIMIT 100
        """, [.integer(last)]
      ) { (BuildID(rawValue: $0.integer(0) ?? 0), $0.text(1) ?? "", StoredPlan(row: $0, at: 2)) }
      for (build, manifest, stored) in page {
        last = build.rawValue
        // One that cannot be read fails its build, as ever.
        guard let plan = try? stored.plan(of: build, sealer) else { continue }
        try connection.execute(
          "UPDATE build_plans SET manifest = $2, plan = $3, sealed = $4 WHERE build = $1",
          [.integer(build.rawValue), .text(shownManifest(manifest, masking: plan.maskedValues))]
            + StoredPlan(plan, sealer).values)
      }
      if page.isEmpty { return }
    }
  }
}
