/// Reads the lines that may say why a build failed, and keeps the first of each rank.
struct FailureReader: Sendable {
  /// How much a finding explains; the smallest counts.
  enum Rank: Int {
    /// The machine has ended it: nothing in the sources is wrong.
    case machine
    /// Something is missing without which it cannot go on.
    case missing
    /// The sources do not compile or link.
    case compile
    /// A build system says in its own words what is wrong.
    case configure
    /// A tool is missing, though many a script goes on without.
    case tool
    /// make has no rule, or just says that something failed.
    case make
  }

  private(set) var found: [Int: String] = [:]
  /// A line before has said that the reason follows.
  var expects: Expectation?
  var saysCommandNotFound = false

  enum Expectation {
    case cmake, cmakeModules, packages
  }

  /// How many lines were read closely; a log of nothing but errors is not.
  private var lines = 0
  private static let lineLimit = 20_000

  /// True where the next line counts whatever it holds.
  var wantsNext: Bool { expects != nil }

  /// Keeps the first of each rank.
  mutating func note(_ rank: Rank, _ sentence: String) {
    if found[rank.rawValue] == nil { found[rank.rawValue] = sentence }
  }

  /// The sentence that explains most.
  func reason(exitCode: Int32?) -> String? {
    if let machine = found[Rank.machine.rawValue] { return machine }
    if exitCode == 137 { return "the job was killed, most likely because memory ran out" }
    // 127 is what a shell gives where it finds no program: then it is the missing tool.
    if exitCode == 127 || saysCommandNotFound, let tool = found[Rank.tool.rawValue] { return tool }
    return found.min { $0.key < $1.key }?.value
  }

  /// Takes one line.
  mutating func read(_ text: String, isHot: Bool) {
    let line = text.trimmingSpaces
    if expects != nil, follow(line) { return }
    guard isHot, !line.hasPrefix("+ "), lines < Self.lineLimit else { return }
    lines += 1
    // In this order: the surest first, since one line gives one finding.
    if readMachine(line) || readHeader(line) || readLinker(line) || readBuildSystem(line) { return }
    if readTool(line) || readCompiler(line) || readMake(line) { return }
  }
}

extension FailureReader {
  mutating func readMachine(_ line: String) -> Bool {
    if line.holds("No space left on device") {
      note(.machine, "the disk is full: \(line.shortened)")
    } else if line.holds("Killed signal terminated program") || line.holds("signal 9 [Killed]")
      || line.holds("out of memory") || line.holds("virtual memory exhausted") || line == "Killed"
      || line.holds("internal compiler error: Killed") || line.hasSuffix(" Killed")
    {
      note(.machine, "a program of the build was killed, most likely because memory ran out: \(line.shortened)")
    } else {
      return false
    }
    return true
  }

  /// `a.c:1:10: fatal error: zlib.h: No such file or directory`, and as clang says it.
  mutating func readHeader(_ line: String) -> Bool {
    guard let error = line.after("fatal error: ") else { return false }
    let header: String
    if let end = error.before(": No such file or directory") {
      header = end
    } else if error.hasPrefix("'"), let end = error.dropFirst().description.before("' file not found") {
      header = end
    } else {
      return false
    }
    let place = place(line.before("fatal error: ") ?? "")
    note(
      .missing,
      "the header \(header) is missing\(place.map { ", which \($0) includes" } ?? ""): "
        + (DebianPackages.ofHeader(header).map(Self.install)
          ?? "install the package that has it, or add its folder to CFLAGS"))
    return true
  }

  mutating func readLinker(_ line: String) -> Bool {
    if let name = line.after("cannot find -l")?.firstWord(until: ":") {
      let package = DebianPackages.ofLibrary(name)
      note(
        .missing, "the library lib\(name) is missing: \(package.map(Self.install) ?? "install the package that has it")"
      )
    } else if let name = line.after("cannot find crt")?.firstWord(until: ":") {
      note(.missing, "the C library's crt\(name) is missing: \(Self.install("libc6-dev"))")
    } else if let name = line.after("undefined reference to ") {
      note(.compile, "linking failed: nothing defines \(name.unquoted)")
    } else {
      return false
    }
    return true
  }

  static func missing(tool name: String) -> String {
    "\(name) is not installed: \(DebianPackages.ofTool(name).map(install) ?? "install the package that has it")"
  }

  static func install(_ packages: String) -> String { "on Debian, apt-get install \(packages)" }

  /// `src/a.c:12` of `src/a.c:12:3: `.
  func place(_ text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 2, Int(parts[1]) != nil, !parts[0].isEmpty else { return nil }
    return "\(parts[0]):\(parts[1])".shortened
  }
}
