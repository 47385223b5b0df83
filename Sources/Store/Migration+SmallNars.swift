extension Migration {
  /// The compressed NARs of small paths, each content once, stored with the first path that has it and removed with the
  /// last. Larger ones are content of the artifact store.
  static let smallNars = Migration(number: 13, name: "small NARs") { dialect in
    [
      """
      CREATE TABLE small_nars (
        sha256 TEXT NOT NULL PRIMARY KEY, owner BIGINT NOT NULL REFERENCES users (id),
        content \(dialect.bytes) NOT NULL)
      """,
      "CREATE INDEX small_nars_owner ON small_nars (owner)",
    ]
  }
}
