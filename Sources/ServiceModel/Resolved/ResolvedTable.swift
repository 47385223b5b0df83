/// A table, whose rows are the type `entity.<name>`.
public struct ResolvedTable: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// Its columns in order.
  public let columns: [ResolvedColumn]

  /// The columns of the primary key in order; empty where there is none.
  public var primaryKey: [ResolvedColumn] { columns.filter(\.isPrimaryKey) }

  /// The column of this name.
  public func column(_ name: String) -> ResolvedColumn? { columns.first { $0.name == name } }
}
