/// A table of a database.
public struct Table: Sendable, Hashable {
  /// Its name, also that of the rows' type: `entity.<name>`.
  public var name: String
  /// The columns in order.
  public var columns: [Column]

  /// A table.
  public init(name: String, columns: [Column] = []) {
    self.name = name
    self.columns = columns
  }

  /// The column of this name.
  public func column(_ name: String) -> Column? { columns.first { $0.name == name } }
}
