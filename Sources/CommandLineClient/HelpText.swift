/// Writes the help from the table of commands.
struct HelpText {
  let style: Style

  /// All commands in a line each.
  func overview(of table: CommandTable) -> String {
    let width = table.commands.map(\.name.count).max() ?? 0
    var text = "Wright \(table.version), a build server.\n\n\(heading("Usage"))  wright COMMAND [ARGUMENTS]\n\n"
    text += "\(heading("Commands"))\n"
    for command in table.commands { text += row(command.name, command.summary, width: width) }
    text += "\n\(heading("Variables"))\n"
    text += row("WRIGHT_SERVER", "the server's address (\(ServerAddress.standard))", width: 13)
    text += row("WRIGHT_TOKEN", "your API token; the first one is in the server's DIR/admin-token", width: 13)
    text += row("NO_COLOR", "where set, no colours", width: 13)
    return text + "\n`wright help COMMAND` explains a command.\n"
  }

  /// Everything about one command.
  func page(of command: Command, path: [String]) -> String {
    var text = "\(heading("Usage"))  \(usage(of: command, path: path))\n\n\(sentence(command.summary))\n"
    if !command.details.isEmpty { text += "\n" + wrapped(command.details) + "\n" }
    text += section("Commands", command.subcommands.map { ($0.name, $0.summary) })
    text += section("Arguments", command.arguments.map { ($0.name, $0.summary) })
    if command.subcommands.isEmpty || command.runsItself {
      text += section("Flags", command.flags.map { ($0.usage, explanation(of: $0)) } + [("--help", "show this")])
      text += section("Settings (of the environment, and of the file of --config)", command.settings)
      let common: [(Int32, String)] = [(0, "it worked"), (1, "it did not work"), (2, "wrong usage")]
      let own = command.statuses.map { ($0.status, $0.meaning) }
      let all = common.filter { status in !own.contains { $0.0 == status.0 } } + own
      text += section("Exit status", all.sorted { $0.0 < $1.0 }.map { (String($0.0), $0.1) })
    }
    if !command.examples.isEmpty {
      text += "\n\(heading("Examples"))\n"
      for example in command.examples { text += "  \(example.line)\n      \(example.meaning)\n" }
    }
    return text
  }

  /// `wright submit [FILE] [--follow]`
  func usage(of command: Command, path: [String]) -> String {
    var words = ["wright"] + path
    if !command.subcommands.isEmpty {
      let names = command.subcommands.map(\.name).joined(separator: "|")
      words.append(command.runsItself ? "[\(names)]" : names)
    }
    for argument in command.arguments {
      let name = argument.name + (argument.isRepeated ? "..." : "")
      words.append(argument.isOptional ? "[\(name)]" : name)
    }
    if command.flags.count > 6 {
      words.append("[FLAGS]")
    } else {
      words += command.flags.map { "[\($0.usage)]" + ($0.isRepeated ? "..." : "") }
    }
    return words.joined(separator: " ")
  }

  private func explanation(of flag: Flag) -> String {
    var notes: [String] = []
    if flag.isRepeated { notes.append("may be repeated") }
    if let standard = flag.standard { notes.append("default \(standard)") }
    if let variable = flag.variable { notes.append("or the variable \(variable)") }
    return flag.summary + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
  }

  private func section(_ title: String, _ rows: [(String, String)]) -> String {
    guard !rows.isEmpty else { return "" }
    let width = min(32, rows.map(\.0.count).max() ?? 0)
    return "\n\(heading(title))\n" + rows.map { row($0.0, $0.1, width: width) }.joined()
  }

  private func row(_ name: String, _ text: String, width: Int) -> String {
    if name.count > width { return "  \(name)\n  \(String(repeating: " ", count: width))  \(text)\n" }
    return "  \(name)\(String(repeating: " ", count: width - name.count))  \(text)\n"
  }

  private func heading(_ text: String) -> String { style.bold(text) }

  private func sentence(_ text: String) -> String {
    (text.first.map { $0.uppercased() } ?? "") + text.dropFirst() + "."
  }

  /// Paragraphs broken at 80 columns; lines that begin with a space stay as they are.
  private func wrapped(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      if line.hasPrefix(" ") { return String(line) }
      var lines: [String] = [""]
      for word in line.split(separator: " ") {
        let last = lines[lines.count - 1]
        if last.isEmpty {
          lines[lines.count - 1] = String(word)
        } else if last.count + word.count < 80 {
          lines[lines.count - 1] = "\(last) \(word)"
        } else {
          lines.append(String(word))
        }
      }
      return lines.joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
