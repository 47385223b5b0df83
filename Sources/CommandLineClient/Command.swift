/// What a command does once its arguments were understood. Returns the exit status.
public typealias CommandHandler = @Sendable (Invocation, Console) async throws -> Int32

/// A command of the program: how it is called, what its help says, and what it does.
public struct Command: Sendable {
  /// As typed: `submit`.
  public var name: String
  /// A few words, for the list of commands.
  public var summary: String
  /// What it does, in sentences; paragraphs are separated by an empty line.
  public var details: String
  /// What stands after the name, in order.
  public var arguments: [Argument]
  /// What begins with `--`, in any place.
  public var flags: [Flag]
  /// Command lines that work, each with what it does.
  public var examples: [(line: String, meaning: String)]
  /// Exit statuses beside 0, 1 (it did not work) and 2 (wrong usage).
  public var statuses: [(status: Int32, meaning: String)]
  /// Settings without a flag, for the help.
  public var settings: [HelpRow]
  /// Commands below this one, as in `token create`; such a command does nothing by itself,
  /// unless `runsItself`.
  public var subcommands: [Command]
  /// True where it also does something without a command below it.
  public var runsItself: Bool
  /// What it does.
  public var run: CommandHandler

  /// A command.
  public init(
    _ name: String, _ summary: String, details: String = "", arguments: [Argument] = [], flags: [Flag] = [],
    examples: [(line: String, meaning: String)] = [], statuses: [(status: Int32, meaning: String)] = [],
    settings: [HelpRow] = [], subcommands: [Command] = [], runsItself: Bool = false,
    run: @escaping CommandHandler = { _, _ in 2 }
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.arguments = arguments
    self.flags = flags
    self.examples = examples
    self.statuses = statuses
    self.settings = settings
    self.subcommands = subcommands
    self.runsItself = runsItself
    self.run = run
  }
}

/// A line of the help: a name and what it means.
public typealias HelpRow = (name: String, meaning: String)

/// An argument of a command.
public struct Argument: Sendable, Hashable {
  /// As the usage shows it: `FILE`.
  public var name: String
  /// A few words.
  public var summary: String
  /// True where it may be left out.
  public var isOptional: Bool
  /// True where there may be several; only for the last one.
  public var isRepeated: Bool

  /// An argument.
  public init(_ name: String, _ summary: String, isOptional: Bool = false, isRepeated: Bool = false) {
    self.name = name
    self.summary = summary
    self.isOptional = isOptional
    self.isRepeated = isRepeated
  }
}

/// A flag of a command: `--follow`, or with a value `--limit N` or `--limit=N`.
public struct Flag: Sendable, Hashable {
  /// What a flag's value must be.
  public enum Value: Sendable, Hashable {
    /// There is none.
    case none
    /// Any text; the name is for the usage: `DIR`.
    case text(String)
    /// A whole number in this range.
    case number(String, ClosedRange<Int>)
    /// One of these.
    case choice([String])
  }

  /// Without the dashes.
  public var name: String
  /// What follows it.
  public var value: Value
  /// A few words.
  public var summary: String
  /// What holds without it, for the help; nil where there is nothing to say.
  public var standard: String?
  /// The variable of the environment that stands for it, for the help.
  public var variable: String?
  /// True where it may be given several times.
  public var isRepeated: Bool

  /// A flag.
  public init(
    _ name: String, _ value: Value = .none, _ summary: String, standard: String? = nil, variable: String? = nil,
    isRepeated: Bool = false
  ) {
    self.name = name
    self.value = value
    self.summary = summary
    self.standard = standard
    self.variable = variable
    self.isRepeated = isRepeated
  }

  /// `--limit N`
  public var usage: String {
    switch value {
    case .none: "--\(name)"
    case .text(let form), .number(let form, _): "--\(name) \(form)"
    case .choice(let choices): "--\(name) \(choices.joined(separator: "|"))"
    }
  }
}
