public import Model

/// A refusal as it travels: the members of a problem document beside `title` and `status`.
public struct QueueErrorMessage: Codable, Sendable, Hashable {
  /// `urn:wright:stale-lease`, ...
  public var type: String
  /// The sentence.
  public var detail: String
  /// The build that it is about.
  public var build: BuildID?
  /// The job that it is about.
  public var job: JobID?
  /// The build's status.
  public var state: Status?
  /// Where a log continues.
  public var expected: Int64?
  /// A limit in bytes.
  public var limit: Int64?
  /// The artifact's name.
  public var name: String?

  private enum Code: String {
    case notFound = "no-build"
    case finished = "build-finished"
    case staleLease = "stale-lease"
    case logGap = "log-gap"
    case logFull = "log-full"
    case artifactTooLarge = "artifact-too-large"
    case noSpace = "no-space"
    case unavailable
    case invalid = "refused"
  }

  private static let prefix = "urn:wright:"

  /// The type of the refusal of an agent of another version.
  public static let versionType = "urn:wright:agent-version"

  /// The message of an error.
  public init(_ error: QueueError) {
    let code: Code
    detail = error.description
    switch error {
    case .notFound(let build): (code, self.build) = (.notFound, build)
    case .finished(let build, let status): (code, self.build, state) = (.finished, build, status)
    case .staleLease(let build): (code, self.build) = (.staleLease, build)
    case .logGap(let job, let expected): (code, self.job, self.expected) = (.logGap, job, expected)
    case .logFull(let job, let limit): (code, self.job, self.limit) = (.logFull, job, limit)
    case .artifactTooLarge(let name, let limit): (code, self.name, self.limit) = (.artifactTooLarge, name, limit)
    case .noSpace(let what): (code, detail) = (.noSpace, what)
    case .unavailable(let what): (code, detail) = (.unavailable, what)
    case .moved, .invalid: code = .invalid
    }
    type = Self.prefix + code.rawValue
  }

  /// The error of a message; nil for one of a type that is no error of the queue.
  public var error: QueueError? {
    guard type.hasPrefix(Self.prefix), let code = Code(rawValue: String(type.dropFirst(Self.prefix.count))) else {
      return nil
    }
    switch code {
    case .notFound: return build.map { .notFound($0) }
    case .finished: return build.flatMap { build in state.map { .finished(build, $0) } }
    case .staleLease: return build.map { .staleLease($0) }
    case .logGap: return job.flatMap { job in expected.map { .logGap(job, expected: $0) } }
    case .logFull: return job.flatMap { job in limit.map { .logFull(job, limit: $0) } }
    case .artifactTooLarge: return name.flatMap { name in limit.map { .artifactTooLarge(name: name, limit: $0) } }
    case .noSpace: return .noSpace(detail)
    case .unavailable: return .unavailable(detail)
    case .invalid: return .invalid(detail)
    }
  }
}
