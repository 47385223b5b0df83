extension Migration {
  /// One row that only the installation's key opens: see `DatabaseConnection.checkKey`.
  static let sealing = Migration(number: 2, name: "sealing") { dialect in
    ["CREATE TABLE sealing (proof \(dialect.bytes) NOT NULL)"]
  }
}
