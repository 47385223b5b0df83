extension CommandTable {
  /// The program's table. `serve`, `agent` and `run` are carried out elsewhere: their handlers are given, and the flags
  /// of the first two, which the list of settings knows; as are commands (`own`) that are not a client's.
  ///
  /// A handler throws `UsageError` for a flag's value that is wrong (the program ends with status 2), and
  /// `CommandFailure` or any error that describes itself otherwise.
  public static func standard(
    version: String, serveFlags: [Flag], serveSettings: [HelpRow] = [], serve: @escaping CommandHandler,
    agentFlags: [Flag] = [], agentSettings: [HelpRow] = [], agent: @escaping CommandHandler = { _, _ in 2 },
    own others: [Command] = [], runFlags: [Flag] = [],
    run: @escaping CommandHandler
  ) -> CommandTable {
    let client = [
      LintCommand.command, SubmitCommand.command, BuildsCommand.command, ShowCommand.command, LogsCommand.command,
    ]
    let more =
      BuildActionCommands.all + [
        ArtifactsCommand.command, CompareCommand.command, RepoCommand.command, CacheCommand.command,
        ServiceCommand.command, AgentsCommand.command, TokenCommand.command, ServersCommand.command,
      ]
    let own = [
      serveCommand(serveFlags, serveSettings, serve), agentCommand(agentFlags, agentSettings, agent),
      runCommand(runFlags, run),
    ]
    return CommandTable(commands: own + (client + more).map(Interruption.allow) + others, version: version)
  }

  private static func serveCommand(_ flags: [Flag], _ settings: [HelpRow], _ handler: @escaping CommandHandler)
    -> Command
  {
    Command(
      "serve", "run the server: API, pages, and agents in the process",
      details: """
        Keeps everything in one folder and prints `wright: listening on http://HOST:PORT` once it is ready. Its own log \
        goes to standard error. The first start makes the user `admin` and leaves an API token in DIR/admin-token.

        TERM or INT stops it gracefully: running builds finish within the grace period or go back on the queue. A \
        second one stops it at once.
        """,
      flags: flags,
      examples: [
        ("wright serve", "listen on 127.0.0.1:8080 and keep everything in ./wright-data"),
        ("wright serve --listen 0.0.0.0:80 --data /var/lib/wright --agents 4", "for a team"),
      ], settings: settings, run: handler)
  }

  private static func agentCommand(_ flags: [Flag], _ settings: [HelpRow], _ handler: @escaping CommandHandler)
    -> Command
  {
    Command(
      "agent", "run builds of a server on this machine",
      details: """
        Takes builds that wait on the server, runs them here, and sends their logs and artifacts as they come. It needs a \
        token of the kind `agent`, which `wright token create --kind agent` makes: one of the user `admin` takes \
        everybody's builds, one of another user only that user's.

        While the server is away builds go on, and what they say is kept until the server has it. TERM or INT lets \
        running builds end and takes no others; a second one gives them back, a third one stops at once. Where the \
        server does not accept the token or the version, the agent says so and ends.
        """,
      flags: flags,
      examples: [
        ("WRIGHT_TOKEN=wr_... wright agent --server https://wright.example.org", "two builds at a time"),
        ("wright agent --token-file token --slots 8 --labels zone=cellar,gpu=yes", "eight, with labels"),
      ], settings: settings, run: handler)
  }

  private static func runCommand(_ flags: [Flag], _ handler: @escaping CommandHandler) -> Command {
    Command(
      "run", "run a manifest or build a repository here, without a server",
      details: """
        Does on this machine what a server would do with the manifest, and shows the jobs' output. Without FILE it \
        takes .wright.yml, .djinn.yml, or the only *.yml of .wright. Given the URL of a git repository it clones that, \
        finds out how the C program in it is built, and builds it.
        """,
      arguments: [Argument("FILE|URL", "the manifest, or a repository", isOptional: true)],
      flags: [BuildInput.referenceFlag] + flags,
      examples: [
        ("wright run", "run the manifest of this folder"), ("wright run build.yml", "run another one"),
        ("wright run https://example.org/hello.git", "build a C program"),
      ],
      statuses: [
        (0, "the build passed"), (1, "it failed"), (2, "the manifest or the usage is wrong"), (124, "it timed out"),
        (130, "it was interrupted"),
      ], run: handler)
  }
}
