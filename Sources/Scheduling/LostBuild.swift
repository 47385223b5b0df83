internal import Model

/// What becomes of a build whose agent was lost.
enum LostBuild: Sendable, Hashable {
  /// Another agent begins it anew.
  case requeue
  /// It ends.
  case end(Status, reason: String)

  /// Decides for a build that `attempt` agents have begun, the last of which was lost in the way that `cause` says.
  static func decide(attempt: Int, limit: Int, stop: Status?, cause: String) -> LostBuild {
    if let stop { return .end(stop, reason: "It was being stopped when \(cause).") }
    if attempt < limit { return .requeue }
    return .end(.failed, reason: "It was begun \(attempt) times and never ended: the last time, \(cause).")
  }
}
