public import Model

/// An agent as it is stored.
public struct StoredAgent: Sendable, Hashable {
  /// Names it everywhere.
  public var id: AgentID
  /// Whose it is.
  public var owner: UserID
  /// Unique among its owner's.
  public var name: String
  /// What it said of itself when it was last heard of.
  public var description: Description
  /// True where it is to take nothing more.
  public var isDraining: Bool
  /// When it was first heard of.
  public var createdAt: Timestamp
  /// When it was last heard of, to within some seconds.
  public var seenAt: Timestamp

  /// An agent with these values.
  public init(
    id: AgentID, owner: UserID, name: String, description: Description, isDraining: Bool, createdAt: Timestamp,
    seenAt: Timestamp
  ) {
    self.id = id
    self.owner = owner
    self.name = name
    self.description = description
    self.isDraining = isDraining
    self.createdAt = createdAt
    self.seenAt = seenAt
  }

  /// What an agent says of itself.
  public struct Description: Sendable, Hashable {
    /// True where it takes everybody's builds, not only its owner's.
    public var isShared: Bool
    /// Names its process.
    public var instance: String
    /// The driver types it has.
    public var drivers: [String]
    /// Its labels.
    public var labels: [String: String]
    /// How many builds it runs at once.
    public var slots: Int
    /// The version of its program.
    public var version: String
    /// The machine that it runs on, as JSON.
    public var machine: String

    /// A description.
    public init(
      isShared: Bool, instance: String, drivers: [String], labels: [String: String], slots: Int, version: String,
      machine: String
    ) {
      self.isShared = isShared
      self.instance = instance
      self.drivers = drivers
      self.labels = labels
      self.slots = slots
      self.version = version
      self.machine = machine
    }

    /// The values of the columns of the same names, from `shared` on.
    var values: [DatabaseValue] {
      [
        .integer(isShared ? 1 : 0), .text(instance), .text(TextFields.encode(drivers)),
        labels.isEmpty ? .null : .text(TextFields.encode(labels)), .integer(Int64(slots)), .text(version),
        .text(machine),
      ]
    }
  }
}

extension StoredAgent {
  static let columns =
    "id, owner, name, shared, instance, drivers, labels, slots, version, machine, draining, created_at, seen_at"

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let owner = row.integer(1), let name = row.text(2), let created = row.time(11),
      let seen = row.time(12)
    else { throw StoreError.damaged(table: "agents", id: row.integer(0) ?? 0, detail: "a value is missing") }
    self.init(
      id: AgentID(rawValue: id), owner: UserID(rawValue: owner), name: name,
      description: Description(
        isShared: row.integer(3) == 1, instance: row.text(4) ?? "", drivers: row.text(5).map(TextFields.list) ?? [],
        labels: row.text(6).map(TextFields.dictionary) ?? [:], slots: Int(clamping: row.integer(7) ?? 0),
        version: row.text(8) ?? "", machine: row.text(9) ?? ""),
      isDraining: row.integer(10) == 1, createdAt: created, seenAt: seen)
  }
}
