internal import Glibc

/// How a program ended.
public enum ProcessExit: Sendable, Hashable {
  /// With this status.
  case exited(Int32)
  /// By this signal.
  case signalled(Int32)

  /// True for status 0.
  public var isSuccess: Bool { self == .exited(0) }

  /// As a shell shows it: 128 and the number for a signal.
  public var code: Int32 {
    switch self {
    case .exited(let code): code
    case .signalled(let signal): 128 &+ signal
    }
  }
}

/// A program that could not be started, or whose output could not be read.
public struct ProcessError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The system's error number (`ENOENT`, `EACCES`, ...).
  public var code: Int32
  /// What was tried, as in `start`.
  public var operation: String
  /// The program.
  public var program: String

  init(_ operation: String, _ program: String, code: Int32 = errno) {
    self.code = code
    self.operation = operation
    self.program = program
  }

  /// `cannot start gitt: No such file or directory`
  public var description: String { "cannot \(operation) \(program): \(String(cString: strerror(code)))" }
}
