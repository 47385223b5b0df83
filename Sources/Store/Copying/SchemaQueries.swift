/// How a database is asked for its own tables. The answer is the one list of tables that a copy goes by.
struct SchemaQueries: Sendable, Hashable {
  /// The names of all tables.
  var tables: String
  /// The columns of table `$1` in order, each with its place in the primary key, from 1, or 0.
  var columns: String
  /// The names of the tables that table `$1` refers to.
  var references: String
  /// The tables whose keys the database counts up, each with the last that it has given.
  var counters: String
  /// Sets the counter of table `$1` to `$2`.
  var setCounter: [String]

  /// SQLite's.
  static let sqlite = SchemaQueries(
    tables:
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name",
    columns: "SELECT name, pk FROM pragma_table_info($1) ORDER BY cid",
    references: "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)",
    counters: "SELECT name, seq FROM sqlite_sequence ORDER BY name",
    setCounter: [
      "DELETE FROM sqlite_sequence WHERE name = $1 AND seq <> $2",
      """
      INSERT INTO sqlite_sequence (name, seq)
      SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = $1)
      """,
    ])

  /// PostgreSQL's.
  static let postgres = SchemaQueries(
    tables: """
      SELECT relname::text FROM pg_class
      WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
      """,
    columns: """
      SELECT a.attname::text, COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = $1::text ORDER BY a.attnum
      """,
    references: """
      SELECT DISTINCT t.relname::text FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_class t ON t.oid = k.confrelid
      WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace AND c.relname = $1::text
      """,
    counters: """
      SELECT c.relname::text, q.last_value FROM pg_sequences q
      JOIN pg_class s ON s.relname = q.sequencename AND s.relnamespace = current_schema()::regnamespace
      JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('i', 'a')
      JOIN pg_class c ON c.oid = d.refobjid
      WHERE q.schemaname = current_schema() AND q.last_value IS NOT NULL ORDER BY 1
      """,
    setCounter: ["SELECT setval(pg_get_serial_sequence($1::text, 'id'), $2::bigint)"])
}
