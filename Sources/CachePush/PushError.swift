public import NixFormat

/// Why something was not pushed. No description holds a token, a key, or a whole URL.
public enum PushError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The text of a target or of a signing key cannot be used; the reason says what would be right.
  case invalid(String)
  /// The cache does not let us in, or does not exist. Nothing further is tried.
  case denied(String)
  /// The cache cannot be reached, or fails again and again. Nothing further is tried.
  case unavailable(String)
  /// The cache does not take this path.
  case refused(String)
  /// What is in the store cannot be read, or is not what the store says it is.
  case unreadable(String)
  /// Nix could not say what there is.
  case store(String)
  /// The session was cancelled.
  case cancelled
  /// Some paths were not pushed; all others were.
  case incomplete(PushSummary, [PushFailure])

  /// One sentence for people.
  public var description: String {
    switch self {
    case .invalid(let reason), .denied(let reason), .unavailable(let reason), .refused(let reason),
      .unreadable(let reason), .store(let reason):
      reason
    case .cancelled: "the push was cancelled"
    case .incomplete(let summary, let failures):
      "\(failures.count) of \(failures.count + summary.pushedPaths) paths were not pushed; "
        + (failures.first.map { "the first: \($0)" } ?? "")
    }
  }

  /// True where no other path would fare better.
  var endsSession: Bool {
    switch self {
    case .denied, .unavailable, .cancelled: true
    default: false
    }
  }
}

/// A path that was not pushed.
public struct PushFailure: Sendable, Hashable, CustomStringConvertible {
  /// The path.
  public var path: StorePath
  /// Why, as a sentence.
  public var reason: String

  /// `/nix/store/...: the reason`
  public var description: String { "\(path): \(reason)" }
}

/// What a session has done so far.
public struct PushSummary: Sendable, Hashable {
  /// Paths that were uploaded.
  public var pushedPaths = 0
  /// Paths that the cache had already.
  public var presentPaths = 0
  /// The NARs of the uploaded paths, in bytes.
  public var narBytes: Int64 = 0
  /// What was sent of them, compressed, in bytes.
  public var sentBytes: Int64 = 0

  /// Nothing yet.
  public init() {}
}
