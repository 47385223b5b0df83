internal import Files
internal import Model

/// A complete file that is to be a blob.
struct IncomingBlob: Sendable {
  var file: FileDescriptor
  /// Its name among the files on their way; nil for somebody else's file, which gets another name.
  var path: String?
  var digest: ContentDigest
}
