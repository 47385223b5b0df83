/// A regular file of an archive.
public struct ArchivedFile: Sendable, Hashable {
  /// Relative, with `/` between folders.
  public var path: String
  /// All of its bytes.
  public var content: [UInt8]

  /// A file.
  public init(path: String, content: [UInt8]) {
    self.path = path
    self.content = content
  }
}

/// Why an archive could not be written or read.
public struct ArchiveError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One sentence.
  public var description: String
  init(_ description: String) { self.description = description }
}
