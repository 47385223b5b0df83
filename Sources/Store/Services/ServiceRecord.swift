public import Model

/// A service that somebody draws: a draft, and the revisions that were saved of it.
public struct ServiceRecord: Sendable, Hashable {
  /// Names it everywhere.
  public var id: ServiceID
  /// Whose it is.
  public var owner: UserID
  /// Unique to its owner; see `isName`.
  public var name: String
  /// Counts the drafts: a writer who knows an older one has missed a change.
  public var draftVersion: Int64
  /// When the draft was last kept.
  public var draftSavedAt: Timestamp
  /// The number of the newest revision; nil before the first.
  public var lastRevision: Int64?
  /// When it was made.
  public var createdAt: Timestamp
}

/// A service's draft.
public struct ServiceDraft: Sendable, Hashable {
  /// The service's document as JSON.
  public var document: String
  /// Counts the drafts.
  public var version: Int64
  /// When it was kept.
  public var savedAt: Timestamp

  /// A draft.
  public init(document: String, version: Int64, savedAt: Timestamp) {
    self.document = document
    self.version = version
    self.savedAt = savedAt
  }
}

/// A saved state of a service; it never changes.
public struct ServiceRevision: Sendable, Hashable {
  /// Counts from 1 within the service.
  public var number: Int64
  /// The service's document as JSON.
  public var document: String
  /// When it was saved.
  public var createdAt: Timestamp
}

/// What came of keeping a draft.
public enum DraftChange: Sendable, Hashable {
  /// It is kept.
  case kept(ServiceDraft)
  /// Another draft was kept since the one that the writer knows.
  case outdated(ServiceDraft)
  /// The service is not there any more, or the revision that was to be the draft is not.
  case missing
}

extension ServiceRecord {
  /// The most characters of a name.
  public static let nameLimit = 63

  /// Whether a service or a data source may have this name: letters, digits, dashes and underscores, beginning with a
  /// letter, at most 63. So it can stand in addresses and file names as it is.
  public static func isName(_ text: String) -> Bool {
    guard (1...nameLimit).contains(text.utf8.count), let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { byte in
      isLetter(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

  static let columns = "id, owner, name, draft_version, draft_saved_at, last_revision, created_at"

  init(row: any DatabaseRow) throws {
    guard let id = row.integer(0), let owner = row.integer(1), let name = row.text(2), let version = row.integer(3),
      let savedAt = row.integer(4), let createdAt = row.integer(6)
    else { throw StoreError.damaged(table: "services", id: row.integer(0) ?? 0, detail: "a value is missing") }
    self.init(
      id: ServiceID(rawValue: id), owner: UserID(rawValue: owner), name: name, draftVersion: version,
      draftSavedAt: Timestamp(milliseconds: savedAt), lastRevision: row.integer(5),
      createdAt: Timestamp(milliseconds: createdAt))
  }
}

extension ServiceDraft {
  static let columns = "draft, draft_version, draft_saved_at"

  init(row: any DatabaseRow) {
    self.init(
      document: row.text(0) ?? "{}", version: row.integer(1) ?? 0,
      savedAt: Timestamp(milliseconds: row.integer(2) ?? 0))
  }
}

extension ServiceRevision {
  static let columns = "number, document, created_at"

  init(row: any DatabaseRow) {
    self.init(
      number: row.integer(0) ?? 0, document: row.text(1) ?? "{}",
      createdAt: Timestamp(milliseconds: row.integer(2) ?? 0))
  }
}
