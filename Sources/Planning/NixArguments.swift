internal import NixFormat

/// A command of Nix with what the request and Wright add to it.
///
/// Settings go right behind the program, what belongs to a subcommand right behind that, and further arguments before a
/// `--`: what follows that is for the program that Nix runs.
struct NixArguments: Sendable, Hashable {
  /// The program and its arguments.
  var words: [String]
  /// True where `--json` was added.
  var asksForResult = false

  /// Nil where the command is not one of Nix, is empty, or its quotes are not closed.
  init?(_ request: NixRequest) {
    guard let command = try? commandWords(request.command), let extra = try? commandWords(request.extraArguments),
      let program = command.first, Self.programs.contains(program)
    else { return nil }
    var own = Array(command.dropFirst().prefix { $0 != "--" })
    let rest = command.dropFirst(1 + own.count)
    own += extra
    if program == "nix", let place = Self.subcommandEnd(own) {
      let added = Self.options(of: own[..<place], asksAlready: own.contains("--json"))
      asksForResult = added.contains("--json")
      own.insert(contentsOf: added, at: place)
    }
    words = [program] + Self.settings(request) + own + rest
  }

  /// The words of a command that is ours.
  static func words(_ command: String) -> [String] { NixArguments(NixRequest(command: command))?.words ?? [] }

  private static let programs: Set<String> = ["nix", "nix-build"]

  /// Subcommands that take a flake.
  private static let ofFlakes: Set<String> = [
    "build", "bundle", "copy", "develop", "edit", "eval", "log", "path-info", "print-dev-env", "run", "search", "shell",
    "why-depends", "flake archive", "flake check", "flake metadata", "flake show",
  ]

  /// Where what follows the subcommand begins; nil without one that takes a flake.
  private static func subcommandEnd(_ words: [String]) -> Int? {
    for index in words.indices {
      if ofFlakes.contains(words[index]) { return index + 1 }
      let next = index + 1
      if next < words.count, ofFlakes.contains("\(words[index]) \(words[next])") { return next + 1 }
      // What else may stand in front are options and their values.
      if index == 0, !words[index].hasPrefix("-") { return nil }
    }
    return nil
  }

  private static func options(of subcommand: ArraySlice<String>, asksAlready: Bool) -> [String] {
    // A build does not change what it builds from.
    ["--no-write-lock-file"] + (subcommand.last == "build" && !asksAlready ? ["--json"] : [])
  }

  private static func settings(_ request: NixRequest) -> [String] {
    var words = ["--extra-experimental-features", "nix-command flakes"]
    if !request.substituters.isEmpty {
      words += ["--option", "extra-substituters", request.substituters.joined(separator: " ")]
    }
    if !request.trustedPublicKeys.isEmpty {
      words += ["--option", "extra-trusted-public-keys", request.trustedPublicKeys.joined(separator: " ")]
    }
    if let cores = request.cores { words += ["--cores", cores] }
    if let maxJobs = request.maxJobs { words += ["--max-jobs", maxJobs] }
    if request.keepGoing { words.append("--keep-going") }
    return words
  }
}
