internal import Glibc
internal import Documents

/// All commands of the program. It understands command lines, runs commands, and writes the help.
public struct CommandTable: Sendable {
  /// In the order of the help.
  public var commands: [Command]
  /// As in `0.1.0`.
  public var version: String

  /// A table of these commands; `help` and `version` are added.
  public init(commands: [Command], version: String) {
    self.version = version
    self.commands = commands
    self.commands += [Self.versionCommand(version), Self.helpCommand]
  }

  /// Runs the command that `words` (the program's arguments without its own name) ask for, and returns the exit
  /// status: 0, 1 where it did not work, 2 for wrong usage, or what the command says. Errors are written to standard
  /// error. A standard output that was closed ends the program quietly, with the status that SIGPIPE would give.
  public func run(_ words: [String], console: Console) async -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    do {
      return try await dispatch(words, console)
    } catch is OutputClosed {
      return 141
    } catch {
      return report(error, of: words, to: console)
    }
  }

  private func dispatch(_ words: [String], _ console: Console) async throws -> Int32 {
    guard !words.isEmpty else {
      try console.error(HelpText(style: console.errorStyle).overview(of: self))
      return 2
    }
    if words == ["--version"] { return try await dispatch(["version"], console) }
    if let topic = helpTopic(words) {
      try console.output(try help(on: topic, style: console.style))
      return 0
    }
    let (command, path, rest) = try find(words)
    guard command.subcommands.isEmpty || command.runsItself else {
      throw UsageError(
        "say what to do: " + command.subcommands.map { "\(command.name) \($0.name)" }.joined(separator: ", "))
    }
    var parser = ArgumentParser(command, path: path)
    return try await command.run(try parser.parse(rest), console)
  }

  /// The command that help is asked about, where it is asked for at all: `help X`, `X --help`, `-h`.
  private func helpTopic(_ words: [String]) -> [String]? {
    if words.first == "help" {
      let topic = Array(words.dropFirst().filter { !isHelpFlag($0) })
      return topic.isEmpty && words.count > 1 ? ["help"] : topic
    }
    let before = words.prefix { $0 != "--" }
    guard let flag = before.firstIndex(where: isHelpFlag) else { return nil }
    return Array(before[..<flag].prefix { !$0.hasPrefix("-") })
  }

  private func isHelpFlag(_ word: String) -> Bool { word == "--help" || word == "-h" }

  private func help(on topic: [String], style: Style) throws(UsageError) -> String {
    let text = HelpText(style: style)
    if topic.isEmpty { return text.overview(of: self) }
    if topic == ["help"] { return text.page(of: Self.helpCommand, path: topic) }
    let (command, path, _) = try find(topic)
    return text.page(of: command, path: path)
  }

  /// The command that the words begin with, its path, and the words after it.
  func find(_ words: [String]) throws(UsageError) -> (command: Command, path: [String], rest: [String]) {
    var known = commands
    var path: [String] = []
    var found: Command?
    for word in words {
      if let found, found.subcommands.isEmpty || word.hasPrefix("-") { break }
      guard let command = known.first(where: { $0.name == word }) else { throw unknown(word, below: path, known) }
      found = command
      path.append(word)
      known = command.subcommands
    }
    guard let found else { throw UsageError("a command is missing") }
    return (found, path, Array(words.dropFirst(path.count)))
  }

  private func unknown(_ word: String, below path: [String], _ known: [Command]) -> UsageError {
    let name = (path + [word]).joined(separator: " ")
    if word.hasPrefix("-"), path.isEmpty { return UsageError("the command comes before the flag \(word)") }
    guard let near = nearestName(to: word, in: known.map(\.name)) else {
      return UsageError("there is no command '\(name)'")
    }
    return UsageError("there is no command '\(name)'; did you mean '\((path + [near]).joined(separator: " "))'?")
  }

  private func report(_ error: any Error, of words: [String], to console: Console) -> Int32 {
    let path = (try? find(words))?.path ?? []
    let name = (["wright"] + path).joined(separator: " ")
    let (line, status): (String, Int32)
    switch error {
    case let usage as UsageError: (line, status) = ("\(name): \(usage); see `\(name) --help`", 2)
    case let failure as CommandFailure: (line, status) = ("wright: \(failure)", failure.status)
    case is CancellationError: return 130
    default: (line, status) = ("wright: \(error)", 1)
    }
    // Where standard error is closed, the status is all that can be said.
    try? console.error(line + "\n")
    return status
  }

  private static func versionCommand(_ version: String) -> Command {
    Command("version", "show the version", examples: [("wright version", "wright \(version)")]) { _, console in
      try console.output("wright \(version)\n")
      return 0
    }
  }

  private static let helpCommand = Command(
    "help", "show all commands, or what one does",
    arguments: [Argument("COMMAND", "the command to explain", isOptional: true, isRepeated: true)],
    examples: [("wright help submit", "explain `wright submit`")])
}
