public import Planning

/// The limits of checks.
public struct RebuilderSettings: Sendable, Hashable {
  /// How many repositories are asked at once.
  public var sideBySide = 16
  /// How long a repository has to answer.
  public var answerLimit: Duration = .seconds(30)
  /// How many builds one check queues; the other moves wait for the next move.
  public var buildsPerCheck = 20
  /// How long what came of a check that changed nothing may wait to be stored.
  public var storeDelay: Duration = .seconds(5)
  /// What builds may do.
  public var planLimits = PlanLimits()
  /// The shortest time between two checks, and the longest, in seconds.
  public var everySeconds: ClosedRange<Int64> = 5...(7 * 86_400)
  /// Bytes of a manifest.
  public var manifestBytes = 1 << 20

  /// The defaults.
  public init() {}
}
