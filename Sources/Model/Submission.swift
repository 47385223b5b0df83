/// What a new build is made from.
public struct Submission: Sendable, Hashable {
  /// Who submits it; whose it will be.
  public var owner: UserID
  /// The namespace's path, made (private) where it does not exist.
  public var namespace: String?
  /// What it comes from.
  public var kind: BuildKind
  /// The text it was made from, kept for people without the values that the plan masks.
  public var manifest: String
  /// What it will do.
  public var plan: Plan
  /// Why.
  public var trigger: Trigger
  /// Its first tags.
  public var tags: [String]
  /// The move of a repository's ref that it is queued for. The move is stored with the build; where somebody else has
  /// stored one of the same ref first, submitting throws that it has moved, and nothing is queued.
  public var move: RefMove?
  /// What it is about, where it is one of a service.
  public var service: ServiceBuild?

  /// A submission with these parts.
  public init(
    owner: UserID, namespace: String? = nil, kind: BuildKind, manifest: String, plan: Plan, trigger: Trigger,
    tags: [String] = [], move: RefMove? = nil, service: ServiceBuild? = nil
  ) {
    self.service = service
    self.owner = owner
    self.namespace = namespace
    self.kind = kind
    self.manifest = manifest
    self.plan = plan
    self.trigger = trigger
    self.tags = tags
    self.move = move
  }
}
