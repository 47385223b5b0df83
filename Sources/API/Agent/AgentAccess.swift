public import Model
public import Queue

/// What the part of the API for agents is made of.
public struct AgentAccess: Sendable {
  /// The queue.
  public var gateway: any AgentGateway
  /// Knows the agents; without it every agent may work.
  public var registry: (any AgentRegistry)?
  /// Artifacts on their way in.
  public var uploads: AgentUploads
  /// The user whose agents take everybody's builds; those of others take their owner's.
  public var administrator: UserID?
  /// The path of the cache that the administrator's agents push to where a build with Nix names none: `/cache/NAME`; nil
  /// where there is none.
  public var cachePath: String?

  /// The part over these.
  public init(
    gateway: any AgentGateway, registry: (any AgentRegistry)? = nil, uploads: AgentUploads, administrator: UserID?,
    cachePath: String? = nil
  ) {
    self.gateway = gateway
    self.registry = registry
    self.uploads = uploads
    self.administrator = administrator
    self.cachePath = cachePath
  }
}
