internal import Concurrency
internal import Crypto
internal import Git
internal import Lifecycle
public import Model
internal import Planning
public import Queue
internal import Store

extension Rebuilder: RepositoryRegistry {
  /// Registers a repository and has it checked at once.
  public func add(_ new: NewRepository) async throws -> Repository {
    let address = try address(new.url)
    let settings = RepositorySettings(watch: new.watch, everySeconds: new.everySeconds, manifest: new.manifest)
    try RegistryCheck.check(settings, self.settings)
    try RegistryCheck.check(namespace: new.namespace)
    let registration = Registration(
      owner: new.owner, namespace: new.namespace, url: address.shown,
      address: address.credential == nil ? nil : new.url, webhookSecret: SecureRandom.token(prefix: "wrh_"),
      settings: settings)
    switch try await store.add(registration, at: clock.now) {
    case .exists(let id): throw RegistryError.exists(id)
    case .stored(let repository):
      log.info("repository registered", ["repository": "\(repository.id)", "url": repository.url])
      take(repository, .request)
      return repository
    }
  }

  /// Changes a repository's settings.
  public func update(_ id: RepositoryID, of owner: UserID, _ change: RepositoryChange) async throws -> Repository {
    try await turns.withTurn(of: id) { try await updated(id, of: owner, change) }
  }

  private func updated(_ id: RepositoryID, of owner: UserID, _ change: RepositoryChange) async throws -> Repository {
    guard let before = try await store.repository(id, owner: owner)?.repository else {
      throw RegistryError.notFound(id)
    }
    var wanted = RepositorySettings(before)
    change.apply(to: &wanted)
    try RegistryCheck.check(wanted, settings)
    let written = try await store.updateRepository(id, owner: owner, at: clock.now) { change.apply(to: &$0) }
    switch written {
    case nil: throw RegistryError.notFound(id)
    case .exists(let other): throw RegistryError.exists(other)
    case .stored(let repository):
      let isWatchedAnew = repository.watch != before.watch || !before.isEnabled
      take(repository, isWatchedAnew ? .request : nil)
      return repository
    }
  }

  /// Forgets a repository. A check that is under way queues nothing any more.
  public func remove(_ id: RepositoryID, of owner: UserID) async throws {
    guard try await store.removeRepository(id, owner: owner) else { throw RegistryError.notFound(id) }
    state.withLock { $0.checks.remove(id, at: clock.uptime) }
    changed.signal()
    queue.announce(id, of: owner)
    log.info("repository removed", ["repository": "\(id)"])
  }

  /// Has a repository checked at once.
  public func check(_ id: RepositoryID, cause: CheckCause) async throws {
    let isTaken = state.withLock { $0.checks.request(id, cause, at: clock.uptime) }
    if isTaken { return changed.signal() }
    guard let watched = try await store.watchedRepository(id) else { throw RegistryError.notFound(id) }
    guard watched.repository.isEnabled else {
      throw RegistryError.invalid(field: "enabled", "repository \(id) is not checked at present; enable it first")
    }
    // Somebody else has registered or enabled it.
    follow(watched.repository, cause)
  }

  /// Queues a build of what a ref points at now.
  public func build(_ id: RepositoryID, of owner: UserID, ref: String?, comment: String) async throws -> Build {
    // Whoever else stores a move between the question and the build has the next try begin from there.
    for _ in 0..<3 {
      guard let watched = try await store.watchedRepository(id), watched.repository.owner == owner else {
        throw RegistryError.notFound(id)
      }
      let refs = try await refs(of: watched)
      let move = try RefChoice(watch: watched.repository.watch, known: watched.refs, remote: refs).move(ref)
      do {
        let cause = BuildCause.person(comment: comment)
        let build = try await queue.submit(watched.submission(of: move, cause, limits: settings.planLimits))
        queue.announce(id, of: owner)
        return build
      } catch QueueError.moved { continue }
    }
    throw RegistryError.unreachable("the repository moves faster than it can be built; try again")
  }
}

extension Rebuilder {
  private func address(_ text: String) throws -> GitAddress {
    do { return try source.address(text) } catch {
      throw RegistryError.invalid(field: "url", "\(error)")
    }
  }

  private func refs(of watched: WatchedRepository) async throws -> GitRefs {
    do {
      return try await source.refs(
        of: try source.address(watched.address), named: watched.repository.watch.question,
        limit: settings.answerLimit)
    } catch {
      if error is CancellationError { throw error }
      throw RegistryError.unreachable("\(error)")
    }
  }

  /// Takes a change of a repository over and tells listeners.
  private func take(_ repository: Repository, _ cause: CheckCause?) {
    follow(repository, cause)
    queue.announce(repository.id, of: repository.owner)
  }

  /// Brings the order of checks to what is stored of a repository.
  private func follow(_ repository: Repository, _ cause: CheckCause?) {
    if repository.isEnabled {
      let due = repository.nextCheckAt.map { $0 - clock.now } ?? .zero
      schedule(repository.id, url: repository.url, everySeconds: repository.everySeconds, in: due)
      if let cause { _ = state.withLock { $0.checks.request(repository.id, cause, at: clock.uptime) } }
    } else {
      state.withLock { $0.checks.remove(repository.id, at: clock.uptime) }
    }
    changed.signal()
  }
}

extension RepositoryChange {
  fileprivate func apply(to settings: inout RepositorySettings) {
    if let watch { settings.watch = watch }
    if let everySeconds { settings.everySeconds = everySeconds }
    if let isEnabled { settings.isEnabled = isEnabled }
    if let manifest { settings.manifest = manifest.isEmpty ? nil : manifest }
  }
}
