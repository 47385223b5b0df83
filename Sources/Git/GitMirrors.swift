internal import Concurrency
internal import Crypto
internal import Files
internal import Planning

/// The mirrors of this machine: clones are made from them, so that only what is new has to be fetched. One for each
/// address and credential, so that nobody is served what only somebody else's credential opens.
final class GitMirrors: Sendable {
  /// What is to be made of a mirror, and where.
  struct Request: Sendable {
    var address: GitAddress
    var want: GitWant
    /// As it was written, for messages.
    var reference: String?
    var folder: String
    /// For git programs that talk to the server.
    var environment: [(name: String, value: String)]
    /// For those that do not.
    var localEnvironment: [(name: String, value: String)]
    var log: any GitLog
    /// What is fetched where that is less than everything.
    var refspecs: [String]?
  }

  /// A mirror that cannot be read.
  private struct Damage: Error {
    var generation: Int
    var failure: GitFailure
  }

  /// For looking at and removing mirrors, which may take long.
  static let threads = BlockingThreads(name: "git-mirrors", count: 1)

  let root: String
  let limit: Int64
  private let turns = KeyedTurns<String>()

  /// Mirrors in the folder `root`, which keep together to `limit` bytes as far as they are not in use.
  init(root: String, limit: Int64) {
    self.root = root
    self.limit = limit
  }

  /// Updates the mirror, or makes it, and clones from it. Returns the commit. A mirror that is damaged is made anew.
  func clone(_ request: Request) async throws -> String {
    try await make(request) { mirror, found in
      try await GitWorkspace(
        mirror: mirror, address: request.address, found: found, folder: request.folder,
        environment: request.localEnvironment
      ).make()
      return found.commit
    }
  }

  /// Updates the mirror, or makes it, and lends its path with what was found to `body`, which may make the request's
  /// folder. Where that fails because the mirror is damaged or the disk is full, the folder is removed and `body` is called
  /// once more.
  func make<Result>(
    _ request: Request, _ body: (_ mirror: String, _ found: GitFound) async throws -> Result
  ) async throws -> Result {
    do { return try await attempt(request, body) } catch let damage as Damage {
      await request.log.say("the mirror is damaged and is made anew: \(damage.failure)")
      try await removeClone(request.folder)
      do { return try await attempt(request, damaged: damage.generation, body) } catch let again as Damage {
        throw again.failure
      }
    } catch let failure as GitFailure where failure.kind == .noSpace {
      await request.log.say("the disk is full; other mirrors are removed and it is tried once more")
      await trim(to: 0)
      try await removeClone(request.folder)
      do { return try await attempt(request, body) } catch let damage as Damage { throw damage.failure }
    }
  }

  private func attempt<Result>(
    _ request: Request, damaged: Int? = nil, _ body: (_ mirror: String, _ found: GitFound) async throws -> Result
  ) async throws -> Result {
    let path = "\(root)/\(try Self.key(request.address))"
    let (generation, lease, found) = try await turns.withTurnUnlessCancelled(of: path) {
      let folder = try await GitMirrorFolder.open(path)
      return try await update(folder, request, damaged: damaged)
    }
    defer { withExtendedLifetime(lease) {} }
    do { return try await body("\(path)/\(generation)", found) } catch let failure as GitFailure
      where failure.kind == .damaged
    {
      throw Damage(generation: generation, failure: failure)
    }
  }

  /// The mirror, up to date for what is wanted, and kept from being removed.
  private func update(
    _ folder: GitMirrorFolder, _ request: Request, damaged: Int?
  ) async throws -> (generation: Int, lease: FileLock, found: GitFound) {
    let present = try await GitHome.threads.run { try folder.generation() }
    let (generation, found): (Int, GitFound)
    if let present, damaged.map({ present > $0 }) ?? true {
      (generation, found) = (present, try await update(folder, present, request))
    } else {
      (generation, found) = try await make(folder, after: present, request)
    }
    let lease = try await GitHome.threads.run {
      try folder.removeOthers(than: generation)
      try folder.noteUse()
      return try folder.hold(generation)
    }
    trimLater()
    return (generation, lease, found)
  }

  private func update(_ folder: GitMirrorFolder, _ generation: Int, _ request: Request) async throws -> GitFound {
    let mirror = mirror(folder.path(of: generation), request)
    do {
      if case .commit(let commit) = request.want, !Self.mustAsk(request.address), try await mirror.has(commit) {
        await request.log.say("the mirror has commit \(commit) already; nothing is fetched")
        return GitFound(commit: commit, head: .detached)
      }
      await request.log.say("updating the mirror of \(request.address.url)")
      do { try await mirror.fetch(request.want, request.refspecs) } catch let failure as GitFailure
        where failure.kind == .unknownReference && request.want == .defaultBranch
      {
        throw Self.nothing(at: request.address)
      }
      return try await find(in: mirror, request, try await mirror.find(request.want))
    } catch let failure as GitFailure where [.damaged, .other].contains(failure.kind) {
      throw Damage(generation: generation, failure: failure)
    } catch let error as FileError where error.isNotFound {
      throw Damage(generation: generation, failure: GitFailure(.damaged, error.description))
    }
  }

  private func make(
    _ folder: GitMirrorFolder, after last: Int?, _ request: Request
  ) async throws -> (Int, GitFound) {
    await request.log.say("making a mirror of \(request.address.url), for this clone and later ones")
    let mirror = mirror("\(folder.path)/new-\(GitHome.randomName())", request)
    do {
      try await mirror.clone()
      let found = try await find(in: mirror, request, try await mirror.findInNew(request.want))
      let generation = (last ?? 0) + 1
      try await GitHome.threads.run { try FileTree.rename(mirror.path, to: folder.path(of: generation)) }
      return (generation, found)
    } catch {
      Self.threads.submit { try? FileTree.removeTree(mirror.path) }
      trimLater()
      throw error
    }
  }

  /// What was found at first, or what a server gives that nothing leads to; else the failure.
  private func find(in mirror: GitMirror, _ request: Request, _ found: GitFound?) async throws -> GitFound {
    if let found { return found }
    if case .commit(let commit) = request.want {
      try await mirror.fetch(commit: commit)
      if let found = try await mirror.find(request.want) { return found }
    }
    guard let reference = request.reference else { throw Self.nothing(at: request.address) }
    throw GitFailure.unknown(reference, at: request.address.url)
  }

  private static func nothing(at address: GitAddress) -> GitFailure {
    GitFailure(.unknownReference, "\(address.url) has no commit yet; push one first")
  }

  private func mirror(_ path: String, _ request: Request) -> GitMirror {
    GitMirror(
      path: path,
      git: GitCommand(
        environment: request.environment, address: request.address, reference: request.reference, log: request.log),
      local: GitCommand(environment: request.localEnvironment, address: nil), address: request.address)
  }

  private func removeClone(_ folder: String) async throws {
    try await Self.threads.run { try FileTree.removeTree(folder) }
  }

  /// True where the server has to be asked whether we may read, even if the commit is here: an ssh key may have been
  /// taken back as well as a password.
  private static func mustAsk(_ address: GitAddress) -> Bool { address.credential != nil || address.transport == .ssh }

  private static func key(_ address: GitAddress) throws -> String {
    let parts = [address.url, address.credential?.user ?? "", address.credential?.password ?? ""]
    return try SHA256.hex(Array(parts.joined(separator: "\0").utf8))
  }
}
