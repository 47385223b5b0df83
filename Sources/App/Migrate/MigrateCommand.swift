internal import CommandLineClient
internal import Lifecycle
internal import Model

/// `wright migrate`.
enum MigrateCommand {
  static let command = Command(
    "migrate", "move an installation to another database, folder or bucket",
    details: """
      Copies everything into an empty database, and, where both data folders are named, logs, keys and artifacts. No \
      server may use either side meanwhile. Numbers, names and secrets stay as they are. Afterwards all rows of both \
      sides are compared; contents are compared by their SHA-256 while they are copied.

      It may be stopped at any moment, or be killed: the same command goes on where it was. Until it has come to its end \
      no server starts on the target.
      """,
    flags: [
      Flag("from", .text("URL"), "the database to copy", standard: "wright.db in the folder of --from-data"),
      Flag(
        "to", .text("URL"), "an empty database, or one that does not exist", standard: "wright.db in that of --to-data"),
      Flag("from-data", .text("DIR"), "the data folder to copy keys and logs from"),
      Flag("to-data", .text("DIR"), "the data folder to copy them to; may be the same"),
      Flag("artifacts-from", .text("URL"), "file:DIR or s3://...", standard: "artifacts in the folder of --from-data"),
      Flag("artifacts-to", .text("URL"), "file:DIR or s3://...", standard: "artifacts in the folder of --to-data"),
    ],
    examples: [
      (
        "wright migrate --from-data /var/lib/wright --to postgres://wright@db/wright --to-data /var/lib/wright",
        "from SQLite to PostgreSQL, all else stays where it is"
      ),
      (
        "wright migrate --from postgres://wright@db/wright --to sqlite:wright.db", "back, the database alone"
      ),
    ],
    statuses: [(0, "all of it is there, and the same"), (1, "it is not; the message says why")], run: run)

  private static let run: CommandHandler = { invocation, console in
    CoreDumps.forbid()
    let plan = try ServeCommand.usage { try MigrationPlan(invocation) }
    let migration = try InstallationCopy(plan, console: console)
    try await migration.run()
    return 0
  }
}
