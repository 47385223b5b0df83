/// A column of a table.
public struct Column: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// As written; `scalarType` says whether it is known.
  public var type: String
  /// True for a column of the primary key.
  public var primaryKey: Bool
  /// True where NULL is allowed; a column of the primary key never is.
  public var nullable: Bool
  /// True where no two rows have the same value.
  public var unique: Bool
  /// The value of rows that give none, in the notation of the type, or `now()`, `gen_random_uuid()`; nil for none.
  public var defaultValue: String?

  /// A column.
  public init(
    name: String, type: String, primaryKey: Bool = false, nullable: Bool = false, unique: Bool = false,
    defaultValue: String? = nil
  ) {
    self.name = name
    self.type = type
    self.primaryKey = primaryKey
    self.nullable = nullable
    self.unique = unique
    self.defaultValue = defaultValue
  }

  /// What the type means; nil where it is unknown.
  public var scalarType: ScalarType? { ScalarType(rawValue: type) }
}
