import Files
import Glibc
import Queue

/// The machine that this process runs on.
enum Machine {
  /// Its name.
  static var host: String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    return text(of: name.nodename)
  }

  /// What it is, and how busy.
  static var present: AgentMachine {
    var name = utsname()
    let isKnown = uname(&name) == 0
    var loads = [0.0]
    let hasLoad = getloadavg(&loads, 1) == 1
    return AgentMachine(
      host: isKnown ? text(of: name.nodename) : "unknown", system: system,
      architecture: isKnown ? text(of: name.machine) : "unknown",
      processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
      memory: Int64(sysconf(Int32(_SC_PHYS_PAGES))) * Int64(sysconf(Int32(_SC_PAGESIZE))),
      loadPercent: hasLoad ? Int(min(loads[0] * 100, 1e9)) : nil)
  }

  /// As the distribution calls itself.
  private static let system: String = {
    let file = (try? FileTree.contents(of: "/etc/os-release", limit: 64 << 10)) ?? []
    for line in String(decoding: file, as: UTF8.self).split(separator: "\n") where line.hasPrefix("PRETTY_NAME=") {
      return String(line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" })
    }
    return "Linux"
  }()

  private static func text<Characters>(of characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
