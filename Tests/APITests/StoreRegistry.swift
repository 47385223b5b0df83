import Concurrency
import Crypto
import Model
import Queue
import Store

/// Registered repositories over the store alone: nothing is asked of any repository.
final class StoreRegistry: RepositoryRegistry {
  let store: Store
  let queue: any BuildQueue
  let checks = Lock<[RepositoryID]>([])

  init(store: Store, queue: any BuildQueue) {
    self.store = store
    self.queue = queue
  }

  func add(_ new: NewRepository) async throws -> Repository {
    guard new.everySeconds >= 5 else { throw RegistryError.invalid(field: "every", "at least 5 seconds") }
    let written = try await store.add(
      Registration(
        owner: new.owner, namespace: new.namespace, url: new.url, webhookSecret: "secret of \(new.url)",
        settings: RepositorySettings(watch: new.watch, everySeconds: new.everySeconds, manifest: new.manifest)),
      at: TestServer.clock())
    return try told(written)
  }

  func update(_ id: RepositoryID, of owner: UserID, _ change: RepositoryChange) async throws -> Repository {
    let written = try await store.updateRepository(id, owner: owner, at: TestServer.clock()) { settings in
      settings.watch = change.watch ?? settings.watch
      settings.everySeconds = change.everySeconds ?? settings.everySeconds
      settings.isEnabled = change.isEnabled ?? settings.isEnabled
      if let manifest = change.manifest { settings.manifest = manifest.isEmpty ? nil : manifest }
    }
    guard let written else { throw RegistryError.notFound(id) }
    return try told(written)
  }

  func remove(_ id: RepositoryID, of owner: UserID) async throws {
    guard try await store.removeRepository(id, owner: owner) else { throw RegistryError.notFound(id) }
    queue.announce(id, of: owner)
  }

  func check(_ id: RepositoryID, cause: CheckCause) async throws { checks.withLock { $0.append(id) } }

  func build(_ id: RepositoryID, of owner: UserID, ref: String?, comment: String) async throws -> Build {
    if ref == "gone" { throw RegistryError.unreachable("there is no ref 'gone'") }
    let name = "refs/heads/\(ref ?? "main")"
    let known = try await store.refs(of: id, owner: owner).first { $0.name == name }
    let move = RefMove(
      repository: id, name: name, from: known?.commit, to: known?.commit ?? String(repeating: "a", count: 40))
    return try await queue.submit(
      Submission(
        owner: owner, kind: .program, manifest: "",
        plan: Plan(
          driver: DriverSpecification(type: "host"),
          stages: [
            PlannedStage(name: "setup", jobs: [PlannedJob(name: "create-driver", step: .createDriver)]),
            PlannedStage(name: "test", jobs: [PlannedJob(name: "unit", step: .script(commands: ["true"]))]),
          ], timeoutSeconds: 60), trigger: Trigger(type: .manual, comment: comment), move: move))
  }

  private func told(_ written: RepositoryWrite) throws -> Repository {
    switch written {
    case .exists(let id): throw RegistryError.exists(id)
    case .stored(let repository):
      queue.announce(repository.id, of: repository.owner)
      return repository
    }
  }
}
