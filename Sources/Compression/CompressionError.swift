public import Files
internal import CZstd

/// Why bytes were not compressed or decompressed.
public enum CompressionError: Error, Sendable, CustomStringConvertible {
  /// The library refused; the text is its reason.
  case refused(String)
  /// The compressed bytes are not what they claim to be; the text says where.
  case damaged(String)
  /// The file could not be read or written.
  case file(FileError)
  /// What is no file could not be read.
  case source(any Error)

  /// One sentence for people.
  public var description: String {
    switch self {
    case .refused(let reason): "compression cannot go on: \(reason)"
    case .damaged(let detail): "the compressed file is damaged: \(detail)"
    case .file(let error): error.description
    case .source(let error): "\(error)"
    }
  }

  /// The reason in a result code of libzstd; nil where the code is a success.
  static func reason(_ code: Int) -> String? {
    ZSTD_isError(code) == 0 ? nil : String(cString: ZSTD_getErrorName(code))
  }
}
