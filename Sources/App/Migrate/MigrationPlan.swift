import CommandLineClient

/// What is copied where.
struct MigrationPlan: Sendable {
  /// The two sides of something.
  struct Sides<Place: Sendable>: Sendable {
    var from: Place
    var to: Place
  }

  var database: Sides<Configuration.Database>
  /// The data folders that nobody else may use.
  var locked: [String]
  /// Nil where a data folder is not named.
  var folders: Sides<String>?
  /// Nil where they stay where they are.
  var artifacts: Sides<Configuration.Artifacts>?

  /// Reads the flags. Throws `ConfigurationError` where they do not go together.
  init(_ invocation: Invocation) throws(ConfigurationError) {
    let (fromData, toData) = (invocation.value("from-data"), invocation.value("to-data"))
    database = Sides(
      from: try Self.database(invocation, "from", in: fromData), to: try Self.database(invocation, "to", in: toData))
    locked = [fromData, toData].compactMap(\.self)
    if database.from == database.to { throw ConfigurationError("--from and --to are the same database") }
    if let fromData, let toData, fromData != toData { folders = Sides(from: fromData, to: toData) }
    let from = try Self.artifacts(invocation, "artifacts-from", in: fromData)
    let to = try Self.artifacts(invocation, "artifacts-to", in: toData)
    switch (from, to) {
    case (let from?, let to?): artifacts = from == to ? nil : Sides(from: from, to: to)
    case (nil, nil): artifacts = nil
    default:
      // One data folder without the other names only where the database is.
      if invocation.value("artifacts-from") != nil || invocation.value("artifacts-to") != nil {
        throw ConfigurationError("--artifacts-from and --artifacts-to belong together, or name the data folders")
      }
    }
  }

  private static func database(
    _ invocation: Invocation, _ side: String, in folder: String?
  ) throws(ConfigurationError) -> Configuration.Database {
    if let text = invocation.value(side) {
      do throws(ConfigurationError) { return try Setting.database(text) } catch {
        throw ConfigurationError("--\(side): \(error)")
      }
    }
    guard let folder else {
      throw ConfigurationError("name the database by --\(side), or its folder by --\(side)-data")
    }
    return .file("\(folder)/wright.db")
  }

  private static func artifacts(
    _ invocation: Invocation, _ flag: String, in folder: String?
  ) throws(ConfigurationError) -> Configuration.Artifacts? {
    if let text = invocation.value(flag) {
      do throws(ConfigurationError) { return try Setting.artifacts(text) } catch {
        throw ConfigurationError("--\(flag): \(error)")
      }
    }
    return folder.map { .folder("\($0)/artifacts") }
  }
}
