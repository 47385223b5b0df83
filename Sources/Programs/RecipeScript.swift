/// The commands of a recipe, as a person would write them into a manifest.
struct RecipeScript: Sendable, Hashable {
  /// What prepares the build; empty where nothing has to.
  var configure: [String]
  /// What builds.
  var build: [String]
  /// What was seen and why this was taken.
  var explanation: [String]
}

extension RecipeScript {
  /// The commands for a folder of a repository that was cloned into `directory`.
  init(tree: ProgramTree, folder: BuildFolder, directory: String) {
    let enter = "cd \(shellQuoted(joined(directory, folder.path)))"
    let output = Self.outputName(tree, below: folder.path)
    let script = ConfigureScript(tree, in: folder.path)
    let attempts = folder.candidates.map { BuildAttempt($0, output: output, script: script) }
    if attempts.count > 1 {
      configure = [enter, Self.chain(attempts)]
    } else {
      let commands = attempts.compactMap(\.function) + attempts.flatMap(\.configure)
      configure = commands.isEmpty ? [] : [enter] + commands
    }
    build = [enter, Self.build(attempts)]
    explanation = Self.explanation(tree, folder)
  }

  /// A name that nothing in the folder has.
  private static func outputName(_ tree: ProgramTree, below folder: String) -> String {
    let names = ["build", "_build", "wright-build"]
    return names.first { !tree.isTaken(joined(folder, $0)) } ?? "wright-build.d"
  }

  /// Tries one after the other, and says which tool is missing and which was taken.
  private static func chain(_ attempts: [BuildAttempt]) -> String {
    var lines = attempts.compactMap(\.function)
    if attempts.contains(where: { !$0.needs.isEmpty }) {
      lines.append(
        #"need() { command -v "$1" || { echo "$1 is not installed (Debian: apt-get install $2)"; false; }; }"#)
    }
    for (index, attempt) in attempts.enumerated() {
      if attempt.configure.isEmpty {
        lines += ["else", "  echo 'Building with \(attempt.name)'"]
      } else {
        let word = index == 0 ? "if" : "elif"
        lines += ["\(word) \(attempt.condition); then", "  echo 'Building with \(attempt.name)'"]
      }
    }
    if attempts.last?.configure.isEmpty == false {
      let names = attempts.map(\.name).joined(separator: ", ")
      lines += ["else", "  echo 'None of these could configure it: \(names)'", "  exit 1"]
    }
    return (lines + ["fi"]).joined(separator: "\n")
  }

  /// Builds with what has configured.
  private static func build(_ attempts: [BuildAttempt]) -> String {
    guard attempts.count > 1 else { return attempts.first?.build ?? "" }
    let apart = attempts.compactMap { attempt in attempt.hasConfigured.map { ($0, attempt.build) } }
    let inPlace = attempts.first { $0.hasConfigured == nil }?.build
    var lines: [String] = []
    for (index, (condition, command)) in apart.enumerated() {
      let isLast = inPlace == nil && index == apart.count - 1
      lines += [isLast ? "else" : "\(index == 0 ? "if" : "elif") \(condition); then", "  \(command)"]
    }
    if let inPlace { lines += apart.isEmpty ? [inPlace] : ["else", "  \(inPlace)"] }
    return (lines + (apart.isEmpty ? [] : ["fi"])).joined(separator: "\n")
  }

  private static func explanation(_ tree: ProgramTree, _ folder: BuildFolder) -> [String] {
    let names = folder.candidates.map { "\($0.system.name) (\($0.evidence))" }
    let place = folder.path.isEmpty ? "at the root" : "in \(folder.path), the nearest folder that has one"
    guard names.count > 1, let first = names.first else { return ["build system \(place): \(names.joined())"] }
    return [
      "build systems \(place): \(listed(names))",
      "the first of them that configures is built, beginning with \(first): \(folder.candidates.first?.system.reason ?? "")",
    ]
  }
}

/// `'text'` for a shell, and text that needs no quotes as it is.
func shellQuoted(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "./_-+,@%".utf8.contains(byte)
    }
  }
  if isPlain, !text.isEmpty, !text.hasPrefix("-") { return text }
  return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}

/// `a, b and c`.
func listed(_ names: [String]) -> String {
  guard let last = names.last, names.count > 1 else { return names.joined() }
  return names.dropLast().joined(separator: ", ") + " and " + last
}
