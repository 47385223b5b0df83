/// A column of a table.
public struct ResolvedColumn: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// Its type.
  public let type: ScalarType
  /// True for a column of the primary key.
  public let isPrimaryKey: Bool
  /// True where NULL is allowed; never of the primary key.
  public let isNullable: Bool
  /// True where no two rows have the same value; the only column of a primary key is that anyhow.
  public let isUnique: Bool
  /// What rows get that give no value; nil for NULL, or for an error where NULL is not allowed.
  public let defaultValue: ColumnDefault?
}
