/// What a query gives.
public enum SQLOutcome: Sendable, Hashable {
  /// `data`: one row of the table, or none, which is a miss. The columns are those of the table in order; those of a
  /// raw query come in any order, and are told by their names.
  case row(table: String)
  /// `data`: any number of such rows.
  case rows(table: String)
  /// `data`: the first column of one row, or of none, which is a miss; it may be NULL.
  case value(ScalarType)
  /// `data`: the first column of each row; never NULL.
  case values(ScalarType)
  /// `count`: the number in the only row and column.
  case counted
  /// `count`: how many rows the statement has changed.
  case affected
}
