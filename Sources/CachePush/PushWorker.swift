internal import Concurrency
internal import HTTPClient
internal import Model
internal import NixFormat

/// Does the work of a session: one task takes in what was asked for, others push one path after the other. What they
/// do follows from the ledger.
final class PushWorker: Sendable {
  let ledger = Monitored(PushLedger())
  private let client: any CacheClient
  private let target: PushTarget
  private let store: NixStoreAccess
  private let options: PushOptions
  private let log: @Sendable (String) -> Void
  private let budget: ByteBudget
  private let task = Lock<Task<Void, Never>?>(nil)

  init(
    client: any CacheClient, target: PushTarget, store: NixStoreAccess, options: PushOptions,
    log: @escaping @Sendable (String) -> Void
  ) {
    (self.client, self.target, self.store, self.options, self.log) = (client, target, store, options, log)
    budget = ByteBudget(options.memory)
  }

  func add(_ paths: [StorePath]) {
    ledger.update { $0.add(paths) }
    task.withLock { task in
      if task == nil { task = Task { await self.run() } }
    }
  }

  func finish() async {
    ledger.update { $0.close() }
    await task.withLock { $0 }?.value
  }

  func cancel() {
    ledger.update { $0.end(.cancelled) }
    budget.close()
    task.withLock { $0 }?.cancel()
  }

  private func run() async {
    let threads = BlockingThreads(name: "cache-push", count: options.threads)
    defer { threads.stop() }
    do {
      let compression = try await client.open()
      let work = NarWork(
        store: store, compression: compression, level: target.level, partSize: options.partSize, budget: budget,
        threads: threads)
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.takeIn() }
        for _ in 0..<max(1, options.pathsAtOnce) { group.addTask { await self.push(work) } }
      }
    } catch { end(error) }
  }

  /// Nothing further is tried.
  private func end(_ error: any Error) {
    let reason = error as? PushError ?? (error is CancellationError ? .cancelled : .unavailable("\(error)"))
    let isFirst = ledger.update { ledger in
      defer { ledger.end(reason) }
      return ledger.stop == nil
    }
    if isFirst { log("the push to \(target) ends: \(reason)") }
  }

  // MARK: Taking in

  private func takeIn() async {
    while case .work(let paths) = await ledger.wait({ $0.takeInbox() }) {
      do {
        let closure = try await self.closure(of: paths)
        let unknown = ledger.read { $0.unknown(closure) }
        let missing = try await client.missing(unknown.map(\.path))
        report(unknown, missing)
        ledger.update { $0.take(unknown, missing: missing) }
      } catch { end(error) }
      ledger.update { $0.endTakingIn() }
    }
  }

  /// The closure of the paths. Where Nix refuses, each path is asked for alone: one that is not in the store does not keep
  /// the others back.
  private func closure(of paths: [StorePath]) async throws -> [StorePathInfo] {
    do {
      return try await store.closure(of: paths)
    } catch let error as PushError {
      var all: [StorePath: StorePathInfo] = [:]
      for path in paths {
        do {
          if paths.count == 1 { throw error }
          for info in try await store.closure(of: [path]) { all[info.path] = info }
        } catch let error as PushError {
          log("\(path): \(error)")
          ledger.update { $0.fail(path, error.description) }
        }
      }
      return all.values.sorted { $0.path < $1.path }.referencesFirst()
    }
  }

  private func report(_ closure: [StorePathInfo], _ missing: Set<StorePath>) {
    if closure.isEmpty { return }
    let size = closure.reduce(Int64(0)) { missing.contains($1.path) ? $0 + $1.narSize : $0 }
    log("\(missing.count) of \(closure.count) paths are to be pushed to \(target): \(ByteCount.text(size))")
  }

  // MARK: Pushing

  private func push(_ work: NarWork) async {
    while case .work(let info) = await ledger.wait({ $0.takePath() }) {
      do {
        let sent = try await push(info, work)
        ledger.update { $0.finish(info.path, .pushed(narSize: info.narSize, sent: sent)) }
        log("pushed \(info.path.name): \(ByteCount.text(info.narSize)), sent as \(ByteCount.text(sent))")
      } catch {
        let reason = error as? PushError ?? (error is CancellationError ? .cancelled : .unreadable("\(error)"))
        if reason.endsSession { end(reason) }
        ledger.update { $0.finish(info.path, .failed(reason.description)) }
        if !reason.endsSession { log("\(info.path) was not pushed: \(reason)") }
      }
    }
  }

  private func push(_ info: StorePathInfo, _ work: NarWork) async throws -> Int64 {
    var plan = RetryPlan()
    for attempt in 1... {
      do {
        return try await client.push(info, NarStream.begin(info, work)) { [ledger] in
          try await ledger.wait { $0.readiness(of: info) }.get()
        }
      } catch let again as TryAgain {
        guard attempt < again.attempts, let wait = plan.next(told: nil, random: .random(in: 0...1)) else {
          throw again.reason
        }
        log("\(again.reason); beginning \(info.path.name) anew")
        try await options.pause(wait)
      }
    }
    throw PushError.cancelled
  }
}
