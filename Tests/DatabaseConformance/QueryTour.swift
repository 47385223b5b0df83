import Concurrency
import Foundation
import Model
import Store

/// Every statement that the store has for a database, with parameters: found by carrying out the store's checks, and
/// the lists with each set of filters that people can ask for.
enum QueryTour {
  /// Carries everything out, each time on a database of its own that `open` makes.
  static func statements(_ open: () async throws -> any Database) async throws -> [String: [DatabaseValue]] {
    var statements: [String: [DatabaseValue]] = [:]
    // What the checks of the port itself ask is not the store's.
    let skipped = Set(ConformanceCheck.databasePort.map(\.testDescription))
    let checks = ConformanceCheck.all.filter { !skipped.contains($0.testDescription) }
    for check in checks + [ConformanceCheck("lists", { try await lists($0) })] {
      let recording = RecordingDatabase(base: try await open())
      do {
        try await check.run(recording)
      } catch {
        await recording.close()
        throw error
      }
      await recording.close()
      statements.merge(recording.statements.withLock { $0 }) { first, _ in first }
    }
    // A check's own look at everything.
    return statements.filter { !$0.key.hasPrefix("SELECT * FROM") }
  }

  /// The names of the store's methods that no check calls: their statements would escape.
  static func uncalled() throws -> [String] {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let store = tests.appending(path: "../../Sources/Store").standardizedFileURL
    func texts(_ folder: URL, _ prefix: String) throws -> [String] {
      let names = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL }
      return try (names ?? []).filter { $0.lastPathComponent.hasPrefix(prefix) && $0.pathExtension == "swift" }.map {
        try String(contentsOf: $0, encoding: .utf8)
      }
    }
    let called = try texts(tests, "").joined()
    let methods = try texts(store, "Store+").flatMap { text in
      text.matches(of: /\n  public func (\w+)\([^{]*? async/).map { String($0.1) }
    }
    return Set(methods).filter { !called.contains(".\($0)(") }.sorted()
  }

  private static func lists(_ database: any Database) async throws {
    let fixture = try await Fixture(database)
    let (store, owner) = (fixture.store, fixture.user.id)
    for filters in 0..<(1 << 7) {
      func when<Value>(_ bit: Int, _ value: Value) -> Value? { filters & (1 << bit) == 0 ? nil : value }
      _ = try await store.builds(
        BuildQuery(
          owner: owner, status: when(0, .failed), kind: when(1, .pipeline), tag: when(2, "t1"),
          namespace: when(3, "n1"), repository: when(4, RepositoryID(rawValue: 7)),
          service: when(5, ServiceID(rawValue: 1)), search: when(6, "needle")))
    }
    for order in RepositoryQuery.Order.allCases {
      for status in [nil, Status.failed] {
        for search in [nil, "needle"] {
          _ = try await store.repositories(
            RepositoryQuery(owner: owner, order: order, search: search, status: status))
        }
      }
    }
    let sets: [ArtifactSet] = [.build(BuildID(rawValue: 1)), .commit(String(repeating: "a", count: 40))]
    for before in sets {
      for after in sets {
        _ = try await store.compare(before, after, owner: owner)
        for kind in ArtifactChangeKind.allCases {
          _ = try await store.changes(kind, from: before, to: after, owner: owner, limit: 50)
        }
      }
    }
    for branch in [nil, "main"] {
      guard
        case .stored(let repository) = try await store.add(
          Registration(
            owner: owner, url: "https://example.org/\(branch ?? "")", webhookSecret: "s",
            settings: RepositorySettings(watch: .defaultBranch, everySeconds: 60)), at: at(0))
      else { continue }
      let name = try await store.badgeName(of: repository.id, owner: owner) ?? ""
      _ = try await store.badge(named: name, branch: branch)
    }
    for isNew in [false, true] {
      _ = try await store.messages(MessageQuery(owner: owner, build: BuildID(rawValue: 1), isNew: isNew))
    }
    for status in [nil, TestCase.Status.failed] {
      _ = try await store.tests(TestQuery(owner: owner, build: BuildID(rawValue: 1), status: status))
    }
    for search in [nil, "needle"] {
      _ = try await store.cachePaths(of: CacheID(rawValue: 1), search: search)
    }
    _ = try await store.firstUserMade()
    _ = try await store.nixProgress(of: BuildID(rawValue: 1), owner: owner)
  }
}
