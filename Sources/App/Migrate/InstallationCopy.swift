import CommandLineClient
import DatabasePostgres
import DatabaseSQLite
import Files
import Glibc
import Lifecycle
import Model
import Queue
import Store

/// Copies an installation: its database, then its folders, then its artifacts. Nobody else uses any of them meanwhile.
struct InstallationCopy: Sendable {
  let plan: MigrationPlan
  let console: Console
  private let locks: [LockedFolder]

  /// Locks both sides.
  init(_ plan: MigrationPlan, console: Console) throws {
    self.plan = plan
    self.console = console
    var folders = plan.locked
    for case .file(let path?) in [plan.database.from, plan.database.to] {
      // A server locks the folder of its database, not the file.
      let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      if try FileTree.status(folder + "/sealing-key") != nil { folders.append(folder) }
    }
    var locked: [LockedFolder] = []
    for folder in folders where !locked.contains(where: { $0.isAt(folder) }) {
      locked.append(try LockedFolder(folder, flag: "--from-data and --to-data"))
    }
    locks = locked
  }

  /// Does it. Throws where it is not done.
  func run() async throws {
    let source = try await Self.open(plan.database.from, isSource: true)
    do {
      let target = try await Self.open(plan.database.to, isSource: false)
      do {
        try await copy(source, target)
      } catch {
        await target.close()
        throw error
      }
      await target.close()
    } catch {
      await source.close()
      throw error
    }
    await source.close()
    try sayWhatIsLeft()
  }

  private func copy(_ source: any Database, _ target: any Database) async throws {
    let line = ProgressLine(console)
    let database = DatabaseCopy(from: source, to: target)
    try await database.begin(at: SystemClock().now)
    // Before the rows: from the moment that this is whole a server may start.
    if let folders = plan.folders { try FolderCopy(folders, line).run() }
    if let artifacts = plan.artifacts { try await ArtifactCopy(artifacts, names: source, console, line).run() }
    let tables = try await database.run(at: SystemClock().now) { progress in
      let what = progress.isComparing ? "comparing \(progress.table)" : progress.table
      line.show(what, progress.done, of: progress.all, "rows")
    }
    try line.end()
    for (table, rows) in tables where rows > 0 {
      try console.output("\(table): \(rows) rows, the same on both sides\n")
    }
  }

  private static func open(_ place: Configuration.Database, isSource: Bool) async throws -> any Database {
    switch place {
    case .server(let address): return try await PostgresDatabase.open(address)
    case .file(let path):
      let path = path ?? "wright.db"
      if isSource, try FileTree.status(path) == nil { throw ConfigurationError("--from: there is no file \(path)") }
      try SQLiteDatabase.checkNobodyElse(uses: path)
      return try await SQLiteDatabase.open(path)
    }
  }

  private func sayWhatIsLeft() throws {
    if plan.folders == nil {
      try console.output(
        """
        The database is there. Its secrets are sealed: the new server needs the file sealing-key of the old one's data \
        folder, and its logs and admin-token.

        """)
    } else {
      try console.output("The installation is there; start a server on it.\n")
    }
  }
}

extension LockedFolder {
  /// True where this is the folder of that path.
  fileprivate func isAt(_ other: String) -> Bool {
    guard let resolved = realpath(other, nil) else { return false }
    defer { free(resolved) }
    return String(cString: resolved) == path
  }
}
