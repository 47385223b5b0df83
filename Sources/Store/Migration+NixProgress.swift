extension Migration {
  /// What a job has built, fetched and pushed with Nix: `NixProgress` as JSON, NULL for all other jobs.
  static let nixProgress = Migration(number: 10, name: "progress of nix") { _ in
    ["ALTER TABLE jobs ADD COLUMN nix TEXT"]
  }
}
