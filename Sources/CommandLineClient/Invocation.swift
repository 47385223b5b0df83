/// A command line that was understood: the arguments and flags of one command.
public struct Invocation: Sendable, Equatable {
  /// The names of the commands, as in `["token", "create"]`.
  public var path: [String]
  /// What stands between the flags, in order.
  public var arguments: [String]
  /// The values of each flag given, without dashes; of a flag without a value one empty text for each time.
  public var flags: [String: [String]]

  /// A command line.
  public init(path: [String], arguments: [String] = [], flags: [String: [String]] = [:]) {
    self.path = path
    self.arguments = arguments
    self.flags = flags
  }

  /// True where the flag was given.
  public func has(_ flag: String) -> Bool { flags[flag] != nil }
  /// The flag's value, the last one where it was given twice.
  public func value(_ flag: String) -> String? { flags[flag]?.last }
  /// All values of the flag.
  public func values(_ flag: String) -> [String] { flags[flag] ?? [] }
  /// The flag's value as a number; it was checked already.
  public func number(_ flag: String) -> Int? { value(flag).flatMap { Int($0) } }
}

/// A command line that is not right. The program says why and ends with status 2.
public struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what would be right.
  public var description: String
  /// An error with this sentence.
  public init(_ description: String) { self.description = description }
}

/// A command that could not do what it was asked. The program says why in one line and ends with `status`.
public struct CommandFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong and what to do.
  public var description: String
  /// The exit status.
  public var status: Int32

  /// A failure with this sentence.
  public init(_ description: String, status: Int32 = 1) {
    self.description = description
    self.status = status
  }
}
