public import Model

/// What people and programs do with services beyond drawing them: say where they go, and build them. Implemented by
/// `Services`; used by the API and the pages. Every error but those of the store is a `ServiceRefusal` or a `QueueError`.
/// Safe from any task.
public protocol ServiceBuilder: Sendable {
  /// Queues a build of the service's last saved revision. Throws `ServiceRefusal` with everything that is missing.
  func build(_ service: ServiceID, tag: String, by user: UserID, trigger: Trigger.Kind) async throws -> Build
  /// What the service's builds need to know.
  func configuration(of service: ServiceID) async throws -> BuildConfiguration
  /// Takes what is given in the place of what there is; secrets that are not given stay. Throws `ServiceRefusal` for
  /// values that cannot be right; nothing is changed then.
  func configure(
    _ service: ServiceID, _ given: [BuildConfiguration.Property: String], by user: UserID
  ) async throws -> BuildConfiguration
  /// Whether token, project and repository answer. What is given counts in the place of what is saved, as it would once
  /// it is saved; nothing is changed.
  func test(
    _ service: ServiceID, _ given: [BuildConfiguration.Property: String]?
  ) async throws -> ConnectionTest
}

/// Why a service cannot be built, or its configuration not be saved: each reason, with the place that it is about.
public struct ServiceRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// A place, as a JSON pointer, and a sentence.
  public struct Reason: Sendable, Hashable {
    /// `/tag`
    public var pointer: String
    /// One sentence that says what to do.
    public var detail: String
    /// True where a value is not given at all.
    public var isMissing: Bool

    /// A reason.
    public init(pointer: String, detail: String, isMissing: Bool = false) {
      self.pointer = pointer
      self.detail = detail
      self.isMissing = isMissing
    }
  }

  /// At least one.
  public var reasons: [Reason]

  /// A refusal for these reasons.
  public init(reasons: [Reason]) { self.reasons = reasons }

  /// The sentences.
  public var description: String { reasons.map(\.detail).joined(separator: "; ") }
}

/// Whether what a build needs answers.
public struct ConnectionTest: Sendable, Hashable {
  /// One part of it.
  public struct Part: Sendable, Hashable {
    /// True where it answers as it should.
    public var isFine: Bool
    /// What it answers, as a sentence.
    public var detail: String

    /// A part.
    public init(isFine: Bool, detail: String) {
      self.isFine = isFine
      self.detail = detail
    }
  }

  /// Whether the forge accepts the token.
  public var token: Part
  /// Whether the project is there, and the token's user may push to it.
  public var project: Part
  /// Whether git reads the repository with the token.
  public var repository: Part

  /// A test.
  public init(token: Part, project: Part, repository: Part) {
    self.token = token
    self.project = project
    self.repository = repository
  }
}
