/// How far a command of Nix has come: what it builds, fetches and has pushed.
public struct NixProgress: Codable, Sendable, Hashable {
  /// The most derivations and paths that are named; older ones are only counted.
  public static let itemLimit = 300

  /// A derivation that is built, or a path that is fetched.
  public struct Item: Codable, Sendable, Hashable {
    /// What is done with it.
    public enum Kind: String, Codable, Sendable { case build, fetch }
    /// Where it stands.
    public enum State: String, Codable, Sendable { case running, done, failed }

    /// What is done with it.
    public var kind: Kind
    /// The path's base name: `<hash>-<name>`.
    public var path: String
    /// Where it stands.
    public var state: State
    /// Since the job's beginning.
    public var begunMilliseconds: Int64
    /// How long it took; nil until it has ended.
    public var milliseconds: Int64?
    /// Bytes that were fetched; nil for a build.
    public var bytes: Int64?
    /// The cache that it was fetched from; nil for a build.
    public var source: String?

    /// An item.
    public init(
      kind: Kind, path: String, state: State = .running, begunMilliseconds: Int64, milliseconds: Int64? = nil,
      bytes: Int64? = nil, source: String? = nil
    ) {
      self.kind = kind
      self.path = path
      self.state = state
      self.begunMilliseconds = begunMilliseconds
      self.milliseconds = milliseconds
      self.bytes = bytes
      self.source = source
    }

    /// The name without the hash, and without `.drv`.
    public var name: String {
      let name = path.dropFirst(33)
      return String(name.hasSuffix(".drv") ? name.dropLast(4) : name)
    }
  }

  /// What a push has done so far.
  public struct Push: Codable, Sendable, Hashable {
    /// The cache's address, without a secret.
    public var target: String
    /// Paths that were sent.
    public var pushed: Int64
    /// Paths that were there.
    public var present: Int64
    /// Bytes of the paths that were sent.
    public var bytes: Int64
    /// What was sent of them, compressed.
    public var sentBytes: Int64
    /// True once nothing more is pushed.
    public var isOver: Bool

    /// Nothing yet.
    public init(
      target: String, pushed: Int64 = 0, present: Int64 = 0, bytes: Int64 = 0, sentBytes: Int64 = 0,
      isOver: Bool = false
    ) {
      self.target = target
      self.pushed = pushed
      self.present = present
      self.bytes = bytes
      self.sentBytes = sentBytes
      self.isOver = isOver
    }
  }

  /// The newest, in the order in which they were begun.
  public var items: [Item]
  /// Derivations that were built.
  public var built: Int64
  /// Derivations whose build has failed.
  public var failed: Int64
  /// Paths that were fetched.
  public var fetched: Int64
  /// Their bytes.
  public var fetchedBytes: Int64
  /// Nil where nothing is pushed.
  public var push: Push?

  /// Nothing yet.
  public init(
    items: [Item] = [], built: Int64 = 0, failed: Int64 = 0, fetched: Int64 = 0, fetchedBytes: Int64 = 0,
    push: Push? = nil
  ) {
    self.items = items
    self.built = built
    self.failed = failed
    self.fetched = fetched
    self.fetchedBytes = fetchedBytes
    self.push = push
  }

  /// Nothing was built, fetched or pushed.
  public var isEmpty: Bool { items.isEmpty && push == nil }

  /// Whether an agent may say so.
  public var isValid: Bool {
    items.count <= Self.itemLimit && (push?.target.utf8.count ?? 0) <= 4096
      && items.allSatisfy { $0.path.utf8.count <= 250 && ($0.source?.utf8.count ?? 0) <= 1000 }
  }
}
