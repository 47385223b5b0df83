public import Files
public import Model

/// A part of what is to be stored: the first bytes of a file.
public struct ContentPart: Sendable {
  /// Where the bytes are.
  public var file: FileDescriptor
  /// How many of them, from the file's first.
  public var size: Int64

  /// True where the part is the whole file and nobody writes to it any more once it has come: a store may keep the file itself, under a
  /// name of its own, instead of a copy. The other names stay as they are.
  public var isFinal: Bool
  /// Says how much of the file is there already, where it is read while it comes: a store waits for the rest, and throws
  /// `FileArrival.Abandoned` where that does not come.
  public var arrival: FileArrival?

  /// The first `size` bytes of `file`.
  public init(_ file: FileDescriptor, size: Int64, isFinal: Bool = false, arrival: FileArrival? = nil) {
    self.file = file
    self.size = size
    self.isFinal = isFinal
    self.arrival = arrival
  }
}

/// Looks at content while it is stored, so that it is read once, and says whether it may be kept.
///
/// A store calls it from one thread at a time and with all bytes in order; each object for one content.
public protocol ContentInspector: AnyObject, Sendable {
  /// Takes the next bytes. What it throws ends the storing.
  func take(_ bytes: UnsafeRawBufferPointer) throws
  /// The last word, after all bytes and before the content is one of the store's. What it throws is the storing's error.
  func accept(_ digest: ContentDigest) throws
}
