/// Why something with a bucket failed. No description holds a key, a token or a signature.
public struct ObjectStorageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What to make of it.
  public enum Kind: Sendable, Hashable {
    /// The address or the credentials cannot be used as they are written.
    case invalid
    /// The object is not there.
    case notFound
    /// The bucket is not there.
    case noBucket
    /// The bucket does not let these keys do that, or does not know them.
    case denied
    /// The clocks of here and there differ too much for signatures.
    case clockSkew
    /// The bucket cannot be reached or fails, and has done so for as long as it was waited for. Later it may work.
    case unavailable
    /// The bucket refuses this request for good.
    case refused
    /// The file that was to be sent could not be read, or changed meanwhile.
    case unreadable
  }

  /// What to make of it.
  public var kind: Kind
  /// One sentence, with what to do where that is known.
  public var description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  static func invalid(_ sentence: String) -> ObjectStorageError { ObjectStorageError(.invalid, sentence) }

  /// True where an operator has to change something before it can work.
  public var needsOperator: Bool {
    switch kind {
    case .invalid, .noBucket, .denied, .clockSkew: true
    case .notFound, .unavailable, .refused, .unreadable: false
    }
  }
}
