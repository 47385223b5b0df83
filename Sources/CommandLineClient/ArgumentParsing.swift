internal import Documents

/// Reads the words after a command's name.
struct ArgumentParser {
  private let command: Command
  private let path: [String]
  private var arguments: [String] = []
  private var flags: [String: [String]] = [:]

  init(_ command: Command, path: [String]) {
    self.command = command
    self.path = path
  }

  /// The command line, or a sentence on what is wrong with it. Flags and arguments may be mixed; `--` ends the flags.
  mutating func parse(_ words: [String]) throws(UsageError) -> Invocation {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        arguments += rest
        break
      }
      if word.hasPrefix("-"), word != "-" { try flag(word, &rest) } else { arguments.append(word) }
    }
    try checkCount()
    return Invocation(path: path, arguments: arguments, flags: flags)
  }

  private mutating func flag(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let written = parts.first ?? word
    guard let flag = command.flags.first(where: { "--\($0.name)" == written }) else { throw unknown(written) }
    if flags[flag.name] != nil, !flag.isRepeated, flag.value != .none {
      throw UsageError("\(written) was given twice")
    }
    let value: String
    if flag.value == .none {
      guard parts.count == 1 else { throw UsageError("\(written) takes no value") }
      value = ""
    } else if parts.count == 2 {
      value = parts[1]
    } else {
      guard let next = rest.first, !next.hasPrefix("--") else {
        throw UsageError("\(written) needs a value: \(flag.usage)")
      }
      value = next
      rest.removeFirst()
    }
    try check(value, of: flag)
    flags[flag.name, default: []].append(value)
  }

  private func check(_ value: String, of flag: Flag) throws(UsageError) {
    switch flag.value {
    case .none, .text: return
    case .number(_, let range):
      guard let number = Int(value), range.contains(number) else {
        let bounds =
          range.upperBound == .max
          ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        throw UsageError("--\(flag.name): '\(value)' is not a whole number \(bounds)")
      }
    case .choice(let choices):
      guard !choices.contains(value) else { return }
      let hint = nearestName(to: value, in: choices).map { "did you mean '\($0)'?" }
      throw UsageError(
        "--\(flag.name): '\(value)' is not one of \(choices.joined(separator: ", "))" + (hint.map { "; \($0)" } ?? ""))
    }
  }

  private func unknown(_ written: String) -> UsageError {
    let known = command.flags.map { "--\($0.name)" } + ["--help"]
    let hint = nearestName(to: written, in: known).map { "; did you mean \($0)?" } ?? ""
    return UsageError("there is no flag \(written)\(hint)")
  }

  private func checkCount() throws(UsageError) {
    let needed = command.arguments.filter { !$0.isOptional }
    if arguments.count < needed.count { throw UsageError("\(needed[arguments.count].name) is missing") }
    let takesMore = command.arguments.last?.isRepeated ?? false
    if arguments.count > command.arguments.count, !takesMore {
      throw UsageError("there is an argument too many: '\(arguments[command.arguments.count])'")
    }
  }
}
