internal import CLinux
internal import Glibc

/// Runs the same program with the same arguments in this process's place.
public enum Restart {
  /// Returns only where that fails, with the reason. Stop everything before: nothing of this process stays but its number,
  /// its arguments and its environment.
  public static func run() -> String {
    let arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    return String(cString: strerror(wright_run_again(arguments)))
  }
}
