import CommandLineClient
import Testing

private let names = [
  "serve", "run", "lint", "submit", "builds", "show", "logs", "kill", "rerun", "pin", "unpin", "artifacts", "compare",
  "repo", "token",
  "version", "help",
]

@Suite struct `The command line` {
  @Test func `lists every command in its help`() async {
    let outcome = await wright("help")
    #expect(outcome.status == 0)
    for name in names { #expect(outcome.output.contains("\n  \(name) "), "\(name)") }
    #expect(await wright("--help").output == outcome.output)
    #expect(await wright("-h").output == outcome.output)
  }

  @Test(arguments: names)
  func `explains a command`(name: String) async {
    let outcome = await wright("help", name)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("Usage  wright \(name)"), "\(outcome.output)")
    #expect(outcome.output.contains("Examples\n  "))
    #expect(!outcome.output.contains("\u{1B}"))
    #expect(await wright(name, "--help").output == outcome.output)
  }

  @Test func `shows flags with their defaults and variables, arguments and exit statuses`() async {
    let serve = await wright("serve", "--help").output
    #expect(serve.contains("--listen HOST:PORT"))
    #expect(serve.contains("(default x:1, or the variable WRIGHT_LISTEN)"))
    let run = await wright("help", "run").output
    #expect(run.contains("wright run [FILE|URL]"))
    #expect(run.contains("\n  124  it timed out\n"))
    let create = await wright("help", "token", "create").output
    #expect(create.contains("wright token create [--comment C]"))
    #expect(await wright("token", "create", "--help").output == create)
  }

  @Test func `prints its version`() async {
    #expect(await wright("version").output == "wright 1.2.3\n")
    #expect(await wright("--version").output == "wright 1.2.3\n")
  }

  @Test func `hands serve and run to their handlers`() async {
    #expect(await wright("serve", "--listen=a:1").output == "serving a:1\n")
    #expect(await wright("run").status == 124)
    #expect(await wright("run", "file").status == 130)
  }

  @Test(arguments: [
    (["buils"], "did you mean 'builds'?"), (["nonsense"], "there is no command 'nonsense'"),
    (["token", "creat"], "did you mean 'token create'?"), (["token"], "token create, token list, token revoke"),
    (["builds", "--statsu", "x"], "did you mean --status?"), (["builds", "--nonsense"], "no flag --nonsense"),
    (["kill"], "ID is missing"), (["kill", "1", "2"], "an argument too many: '2'"),
    (["show", "x"], "'x' is not the number of a build"), (["show", "-1"], "no flag -1"),
    (["show", "0"], "'0' is not the number"), (["show", "99999999999999999999"], "is not the number"),
    (["serve", "--listen"], "--listen needs a value: --listen HOST:PORT"),
    (["serve", "--listen", "--x"], "needs a value"),
    (["serve", "--listen", "nowhere"], "'nowhere'"), (["serve", "--listen", "a", "--listen", "b"], "given twice"),
    (["builds", "--limit", "0"], "'0' is not a whole number of at least 1"), (["builds", "--limit", "x"], "'x'"),
    (["builds", "--status", "faild"], "did you mean 'failed'?"), (["builds", "--all=1"], "takes no value"),
    (["artifacts", "1", "--output", "x"], "goes with --get"), (["token", "revoke", "x"], "see `wright token list`"),
    (["--json", "builds"], "the command comes before the flag --json"),
  ])
  func `says in one line what is wrong, and ends with status 2`(words: [String], says: String) async {
    let (output, error) = (Written(), Written())
    let console = Console(environment: [:], output: { output.append($0) }, error: { error.append($0) })
    #expect(await table.run(words, console: console) == 2)
    #expect(error.text.contains(says), "\(error.text)")
    #expect(error.text.contains("--help`"))
    #expect(error.text.split(separator: "\n").count == 1)
    #expect(output.text == "")
  }

  @Test func `shows the help as an error where there is nothing to do`() async {
    let outcome = await wright()
    #expect(outcome.status == 2)
    #expect(outcome.output == "")
    #expect(outcome.error.contains("Commands"))
  }

  @Test func `takes words after two dashes as they are`() async {
    let outcome = await wright("lint", "--", "--help")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("--help: No such file"))
  }

  @Test func `is coloured on a terminal only, and not with NO_COLOR`() async {
    #expect(await wright("help", isTerminal: true).output.contains("\u{1B}[1mUsage"))
    #expect(!(await wright("help", environment: ["NO_COLOR": "1"], isTerminal: true).output.contains("\u{1B}")))
    #expect(!(await wright("help", environment: ["TERM": "dumb"], isTerminal: true).output.contains("\u{1B}")))
  }

  @Test func `ends quietly when nobody reads its output`() async {
    let error = Written()
    let console = Console(environment: [:], output: { _ in throw OutputClosed() }, error: { error.append($0) })
    #expect(await table.run(["help"], console: console) == 141)
    #expect(error.text == "")
  }
}
