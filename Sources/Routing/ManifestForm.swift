public import Model

/// Submits manifests and repositories for the pages, with the checks of the API; made by the API, used by the pages.
public struct ManifestForm: Sendable {
  /// What somebody has written.
  public struct Entry: Sendable, Hashable {
    /// YAML; nil where a repository is to be built.
    public var manifest: String?
    /// The address of a program's repository, where there is no manifest.
    public var url: String?
    /// Its branch, tag or commit; nil for its default branch.
    public var reference: String?
    /// Why this build; may be empty.
    public var comment: String
    /// Its tags, as they were written.
    public var tags: [String]

    /// An entry.
    public init(
      manifest: String? = nil, url: String? = nil, reference: String? = nil, comment: String = "", tags: [String] = []
    ) {
      self.url = url
      self.reference = reference
      self.manifest = manifest
      self.comment = comment
      self.tags = tags
    }
  }

  /// Bytes that a manifest may have.
  public var manifestBytes: Int
  /// Queues a build. Throws a `Problem` whose errors name each place, where something is wrong.
  public var submit: @Sendable (Entry, Principal) async throws -> BuildID

  /// A form.
  public init(manifestBytes: Int, submit: @escaping @Sendable (Entry, Principal) async throws -> BuildID) {
    self.manifestBytes = manifestBytes
    self.submit = submit
  }
}
