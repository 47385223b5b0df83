public import Model

/// Why the store refused.
public enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The database was written by a newer version of the program.
  case newerSchema(found: Int64, known: Int64)
  /// A copy of an installation into the database has not ended.
  case unfinishedCopy
  /// The server that leads works with another schema.
  case otherSchema(found: Int64, known: Int64)
  /// The database's secrets were sealed with another key.
  case otherKey
  /// A row holds a value that this version cannot read.
  case damaged(table: String, id: Int64, detail: String)
  /// A row that has to be there is missing.
  case missing(table: String, id: Int64)
  /// The ref of a repository does not stand where the move begins, or the repository is not the owner's.
  case moved(RefMove)
  /// The build's plan cannot be extended; the text says why.
  case notExtensible(BuildID, String)
  /// A job cannot go from the one status to the other.
  case transition(job: Int64, from: Status, to: Status)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .newerSchema(let found, let known):
      "the database has schema \(found), and this version knows schemas up to \(known): use the newer version"
    case .unfinishedCopy:
      "an installation is being copied into the database; let `wright migrate` come to its end, or give an empty database"
    case .otherSchema(let found, let known):
      """
      the database has schema \(found), and this version works with schema \(known): servers of one database have the \
      same version; stop all of them, and start them with the newest
      """
    case .otherKey:
      "the database's secrets were sealed with another key: put the key file back from the backup that belongs to it, or "
        + "where several servers share the database, give each the same file with --sealing-key"
    case .damaged(let table, let id, let detail): "row \(id) of table \(table) cannot be read: \(detail)"
    case .missing(let table, let id): "row \(id) of table \(table) is missing"
    case .moved(let move): "\(move.name) of repository \(move.repository) does not stand at \(move.from ?? "nothing")"
    case .notExtensible(let build, let reason): "the plan of build \(build) cannot be extended: \(reason)"
    case .transition(let job, let from, let to):
      "job \(job) is \(from.title.lowercased()) and cannot become \(to.title.lowercased())"
    }
  }
}
