public import FoundationEssentials
public import Model

/// An artifact that an agent announces. The same again names the same upload, which goes on where it stands.
public struct ArtifactMessage: Codable, Sendable, Hashable {
  /// The artifact's name.
  public var name: String
  /// The path in the workspace.
  public var source: String
  /// Permission bits.
  public var permissions: UInt32
  /// Bytes.
  public var size: Int64
  /// What its first bytes say it is.
  public var program: ProgramFile?
  /// All of a small one, base 64 in JSON; otherwise nil.
  public var content: Data?
  /// True where what has come of it is to be thrown away.
  public var anew: Bool?

  enum CodingKeys: String, CodingKey {
    case name, source, permissions, size, program, anew
    case content = "base64"
  }

  /// An announcement.
  public init(
    name: String, source: String, permissions: UInt32, size: Int64, program: ProgramFile?, content: Data? = nil,
    anew: Bool? = nil
  ) {
    self.name = name
    self.source = source
    self.permissions = permissions
    self.size = size
    self.program = program
    self.content = content
    self.anew = anew
  }
}

/// What became of an artifact: it is stored, or goes on at a byte.
public struct ArtifactAnswer: Codable, Sendable, Hashable {
  /// Where the rest goes, and from which byte on.
  public struct Upload: Codable, Sendable, Hashable {
    /// Names it.
    public var id: String
    /// How much has come.
    public var offset: Int64

    /// An upload.
    public init(id: String, offset: Int64) {
      self.id = id
      self.offset = offset
    }
  }

  /// It is stored under this number.
  public var artifact: ArtifactID?
  /// Its content as stored.
  public var content: ContentDigest?
  /// When it was stored.
  public var created: Timestamp?
  /// It is not stored yet.
  public var upload: Upload?

  enum CodingKeys: String, CodingKey {
    case artifact, content, upload
    case created = "created_at"
  }

  /// It is stored.
  public init(_ artifact: Artifact) {
    self.artifact = artifact.id
    content = artifact.content
    created = artifact.createdAt
  }

  /// It is on its way.
  public init(_ upload: Upload) { self.upload = upload }
}
