extension FailureReader {
  /// What configure, CMake and Meson say.
  mutating func readBuildSystem(_ line: String) -> Bool {
    if line.hasPrefix("CMake Error") {
      expects = .cmake
      if let rest = line.after("CMake Error: ") { note(.configure, "CMake: \(rest.shortened)") }
      if line.holds("CMAKE_MAKE_PROGRAM is not set") { missingTool("make") }
      return true
    }
    for name in ["CMAKE_C_COMPILER", "CMAKE_CXX_COMPILER"] where line.holds("No \(name) could be found") {
      missingTool(name == "CMAKE_C_COMPILER" ? "gcc" : "g++")
      return true
    }
    if let rest = line.after("configure: error: ") { return readConfigure(rest) }
    if let rest = line.after("No package '"), let name = rest.before("' found") { return missingModule(name) }
    if let rest = line.after("error: possibly undefined macro: ") { return missingMacro(rest.firstWord(until: " ")) }
    if line.hasPrefix("meson.build") || line.holds("/meson.build:") || line.hasPrefix("ERROR: ") {
      if let rest = line.after("ERROR: ") { return readMeson(rest) }
    }
    return false
  }

  mutating func readConfigure(_ text: String) -> Bool {
    if text.holds("no acceptable C compiler") { return missingTool("gcc") }
    if text.holds("pkg-config script could not be found") || text.holds("pkg-config not found") {
      return missingTool("pkg-config")
    }
    if text.hasPrefix("Package requirements") {
      expects = .packages
      note(.configure, "configure: \(text.shortened)")
      return true
    }
    let words = text.split { !$0.isLetter && !$0.isNumber && !"+-_.".contains($0) }.map(String.init)
    let package = words.lazy.compactMap {
      DebianPackages.ofHeader($0) ?? ($0.count > 3 ? DebianPackages.ofModule($0) : nil)
    }.first
    note(.configure, "configure: \(text.shortened)" + (package.map { " (\(Self.install($0)))" } ?? ""))
    return true
  }

  mutating func readMeson(_ text: String) -> Bool {
    if let name = text.quoted(after: "Dependency "), text.holds("not found") { return missingModule(name) }
    if let name = text.quoted(after: "Program "), text.holds("not found") { return missingTool(name) }
    if let name = text.quoted(after: "library "), text.holds("not found") {
      let package = DebianPackages.ofLibrary(name)
      note(
        .missing, "the library \(name) is missing: \(package.map(Self.install) ?? "install the package that has it")")
      return true
    }
    if text.holds("Could not detect Ninja") { return missingTool("ninja") }
    if text.hasPrefix("Unknown compiler") { return missingTool(text.holds("c++") ? "g++" : "gcc") }
    note(.configure, "Meson: \(text.shortened)")
    return true
  }

  /// A line after one that announced it; true where it belongs to that.
  mutating func follow(_ line: String) -> Bool {
    guard let expected = expects else { return false }
    switch expected {
    case .cmake:
      if line.isEmpty { return true }
      expects = nil
      if let rest = line.after("Could NOT find ") { return missingModule(rest.firstWord(until: " ")) }
      if let rest = line.after("By not providing \"Find"), let name = rest.before(".cmake") {
        return missingModule(name)
      }
      if line.holds("required packages were not found") {
        expects = .cmakeModules
        return true
      }
      if line.holds("CMAKE_C_COMPILER could be found") { return missingTool("gcc") }
      if line.holds("CMAKE_CXX_COMPILER could be found") { return missingTool("g++") }
      note(.configure, "CMake: \(line.shortened)")
      return true
    case .cmakeModules:
      if line.isEmpty { return true }
      expects = nil
      guard line.hasPrefix("- ") else { return false }
      return missingModule(String(line.dropFirst(2)).firstWord(until: "<>= "))
    case .packages:
      if line.isEmpty { return true }
      expects = nil
      return false
    }
  }

  @discardableResult mutating func missingTool(_ name: String) -> Bool {
    note(.missing, Self.missing(tool: name))
    return true
  }

  mutating func missingModule(_ name: String) -> Bool {
    let package = DebianPackages.ofModule(name) ?? DebianPackages.ofTool(name.lowercased())
    note(
      .missing, "\(name) is missing: \(package.map(Self.install) ?? "install the package that has it for development")")
    return true
  }

  mutating func missingMacro(_ name: String) -> Bool {
    let tool = name.hasPrefix("PKG_") ? "pkg-config" : name.hasPrefix("AM_") ? "automake" : "libtoolize"
    note(.missing, "autoconf does not know \(name): \(DebianPackages.ofTool(tool).map(Self.install) ?? "")")
    return true
  }
}
