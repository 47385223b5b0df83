/// Why a database is not copied.
public enum CopyError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The source is none of this program's databases, or an empty one.
  case noInstallation
  /// The source was not written by this version.
  case otherVersion(found: Int64, known: Int64)
  /// The source is itself a copy that has not ended.
  case sourceUnfinished
  /// The target holds something.
  case targetInUse
  /// A copy of another installation into the target was begun.
  case otherCopy
  /// The copy into the target was begun with another version.
  case otherSchema
  /// Tables that refer to each other in a circle.
  case circle([String])
  /// What was copied is not what is there.
  case different(table: String, detail: String)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .noInstallation: "the source is not the database of an installation"
    case .otherVersion(let found, let known):
      """
      the source has schema \(found) and this version copies schema \(known): \
      \(found < known ? "start this version's server on it once" : "use the newer version")
      """
    case .sourceUnfinished: "the source is a copy that has not ended; finish that one first"
    case .targetInUse: "the target holds an installation or something else already; give an empty database"
    case .otherCopy:
      "a copy of another installation into the target was begun and not ended; finish that one, or give an empty database"
    case .otherSchema: "the copy into the target was begun by another version; give an empty database"
    case .circle(let tables): "the tables \(tables.joined(separator: ", ")) refer to each other in a circle"
    case .different(let table, let detail):
      "table \(table) is not the same on both sides: \(detail); give an empty database and copy again"
    }
  }
}
