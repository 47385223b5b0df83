public import Model

/// A server as those that share a database know it.
public struct ServerRecord: Sendable, Hashable {
  /// Names it for as long as it has its data folder.
  public var id: String
  /// Where others reach it: `http://10.0.0.2:8080`; empty as long as it does not listen.
  public var address: String
  /// The program's version.
  public var version: String
  /// The newest schema that it knows.
  public var schema: Int64
  /// When its process began.
  public var startedAt: Timestamp
  /// When it was heard of last, by its own clock.
  public var seenAt: Timestamp
  /// The term in which it has led last; 0 for never.
  public var term: Int64

  /// A server that was just started.
  public init(id: String, address: String = "", version: String, at now: Timestamp) {
    self.id = id
    self.address = address
    self.version = version
    schema = Store.knownSchema
    startedAt = now
    seenAt = now
    term = 0
  }

  init(row: any DatabaseRow) {
    id = row.text(0) ?? ""
    address = row.text(1) ?? ""
    version = row.text(2) ?? ""
    schema = row.integer(3) ?? 0
    startedAt = row.time(4) ?? Timestamp(milliseconds: 0)
    seenAt = row.time(5) ?? Timestamp(milliseconds: 0)
    term = row.integer(6) ?? 0
  }
}

extension [ServerRecord] {
  /// The server that has led last: it leads now, unless it has gone.
  public var leader: ServerRecord? { self.max { $0.term < $1.term }.flatMap { $0.term > 0 ? $0 : nil } }
}
