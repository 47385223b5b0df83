extension FailureReader {
  /// What shells, make, env and the scripts of automake say of a program that is not there.
  mutating func readTool(_ line: String) -> Bool {
    if let name = line.before(" is not installed (Debian: apt-get install ") {
      let packages = line.after("apt-get install ")?.before(")") ?? name
      note(.missing, "\(name) is not installed: \(Self.install(packages))")
      return true
    }
    if line.hasPrefix("WARNING: "), line.hasSuffix(" is missing on your system."),
      let name = line.quoted(after: "WARNING: ")
    {
      note(.missing, Self.missing(tool: name))
      return true
    }
    if let name = line.quoted(after: "Can't exec ") {
      note(.missing, Self.missing(tool: name))
      return true
    }
    if let name = line.quoted(after: "No module named "), line.holds("ModuleNotFoundError") {
      note(.missing, "Python's module \(name) is missing: \(Self.install("python3-\(name.firstWord(until: "."))"))")
      return true
    }
    guard let name = notFound(line) else { return false }
    note(.tool, Self.missing(tool: name))
    return true
  }

  /// The program of `sh: 1: cmake: not found` and its like.
  private func notFound(_ line: String) -> String? {
    let parts = line.split(separator: ":").map { String($0).trimmingSpaces }
    guard let last = parts.last, parts.count >= 3 else { return nil }
    let name = parts[parts.count - 2].unquoted
    let isName = !name.isEmpty && name.count <= 60 && !name.contains(" ") && !name.contains("/")
    guard isName else { return nil }
    switch last {
    case "not found": return Int(parts[parts.count - 3].split(separator: " ").last ?? "") != nil ? name : nil
    case "command not found": return name
    case "No such file or directory":
      let program = parts[0].split(separator: "/").last.map(String.init) ?? parts[0]
      return parts.count == 3 && (program.hasPrefix("make") || program == "env") && !name.contains(".") ? name : nil
    default: return nil
    }
  }

  /// `src/a.c:12:3: error: text`.
  mutating func readCompiler(_ line: String) -> Bool {
    guard let text = line.after(" error: "), let place = place(line) else { return false }
    // Autoconf and automake report in the same form.
    let isScript = [".ac", ".am", ".in", ".m4"].contains { (place.before(":") ?? place).hasSuffix($0) }
    if isScript {
      note(.configure, "\(place): \(text.shortened)")
    } else {
      note(.compile, "\(place) does not compile: \(text.shortened)")
    }
    return true
  }

  mutating func readMake(_ line: String) -> Bool {
    guard line.holds("***") || line.hasPrefix("ninja: error: ") else { return false }
    if line.hasSuffix("Error 127") { saysCommandNotFound = true }
    if let rest = line.after("No rule to make target ") {
      note(.make, "make has no rule for \(rest.before(".  Stop") ?? rest)")
    } else if line.holds("No targets specified and no makefile found") {
      note(.make, "there is no Makefile: what should have made it did not")
    } else if let rest = line.after("ninja: error: ") {
      note(.make, "ninja: \(rest.shortened)")
    } else if let rest = line.after("*** "), !rest.holds("] Error ") {
      note(.make, "make: \(rest.shortened)")
    }
    return true
  }
}
