public import Model

/// The side of the queue for agents that live in other processes and speak to the server over a network. Such a process
/// is named by its instance, which nobody else knows; its leases are its own. Implemented by `Scheduling`. Safe from any
/// task.
public protocol AgentGateway: Coordinator {
  /// Takes a build for the process `process`; nil where there is none now and `mayWait` is false, otherwise waits for
  /// one. First, what the process has been given and does not hold goes back on the queue: it never heard of it; and so
  /// does what an earlier process of the same installation had. `isThere` is asked right before a build is taken.
  func claim(
    _ offer: AgentOffer, process: AgentProcess, holding: [HeldLease], mayWait: Bool,
    isThere: @escaping @Sendable () -> Bool
  ) async throws -> Assignment?
  /// True where the lease is one that this process was given, and still the build's.
  func holds(_ process: AgentProcess, _ lease: Lease) -> Bool
  /// Waits until the server wants one of the process's builds to end, beside those that it was told of, and says which.
  func stops(of process: AgentProcess, told: Set<BuildID>) async throws -> [BuildStop]
  /// True where the build was given to nobody since, and does not run: whatever ended it, there is nothing left to
  /// report. So an end that is reported twice, because the first answer was lost, is no error.
  func isOver(_ lease: Lease) async throws -> Bool
}

/// A process that agents live in.
public struct AgentProcess: Sendable, Hashable {
  /// Names the process, for ever.
  public var instance: String

  /// The process that the user's agent calls `instance`: `INSTALLATION.PROCESS`. The user is a part of its name, so that
  /// nobody can pass for somebody else's agent.
  public init(owner: UserID, instance: String) { self.instance = "\(owner).\(instance)" }

  /// True where this process has the place of another one, which has ended: the same installation, started anew.
  public func succeeds(_ other: String) -> Bool {
    guard other != instance, let end = instance.lastIndex(of: ".") else { return false }
    let installation = instance[...end]
    return installation.dropLast().contains(".") && other.hasPrefix(installation)
  }
}

/// A lease as its holder names it.
public struct HeldLease: Codable, Sendable, Hashable {
  /// The build.
  public var build: BuildID
  /// The lease's fence.
  public var fence: Int64

  /// A lease.
  public init(build: BuildID, fence: Int64) {
    self.build = build
    self.fence = fence
  }
}

/// A build that is to end, and why.
public struct BuildStop: Codable, Sendable, Hashable {
  /// The build.
  public var build: BuildID
  /// Why.
  public var reason: StopReason

  /// A stop.
  public init(build: BuildID, reason: StopReason) {
    self.build = build
    self.reason = reason
  }
}
