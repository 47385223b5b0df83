public import Files

/// Finds the files that a manifest's `objects` name.
public protocol ObjectSource: Sendable {
  /// Opens an object; nil where there is none of this name.
  func open(_ name: String) async throws -> StoredObject?
}

/// An object's content.
public struct StoredObject: Sendable {
  /// From byte 0 to `size`.
  public var file: FileDescriptor
  /// Bytes.
  public var size: Int64

  /// Content.
  public init(file: FileDescriptor, size: Int64) {
    self.file = file
    self.size = size
  }
}

/// For where there are no objects.
public struct NoObjects: ObjectSource {
  /// None.
  public init() {}
  /// Finds nothing.
  public func open(_ name: String) async throws -> StoredObject? { nil }
}
