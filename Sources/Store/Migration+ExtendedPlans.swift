extension Migration {
  /// What a build has found out about itself, beside what it was submitted with, to which each attempt returns.
  static let extendedPlans = Migration(number: 6, name: "extended plans") { dialect in
    [
      "ALTER TABLE build_plans ADD COLUMN extended_manifest TEXT",
      "ALTER TABLE build_plans ADD COLUMN extended_plan TEXT",
      "ALTER TABLE build_plans ADD COLUMN extended_sealed \(dialect.bytes)",
    ]
  }
}
