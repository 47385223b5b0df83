/// What a server is among those that share its database, at one moment.
public struct ServerStanding: Sendable, Hashable {
  /// The server's id.
  public var id: String
  /// `leading`, `following` or `changing`.
  public var role: String
  /// The server that has led last; nil where nobody has.
  public var leader: ServerRecord?
  /// How many servers share the database.
  public var count: Int

  /// What a server is.
  public init(id: String, role: String, leader: ServerRecord?, count: Int) {
    self.id = id
    self.role = role
    self.leader = leader
    self.count = count
  }
}
