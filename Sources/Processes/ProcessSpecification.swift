public import Files

/// What to start. Nothing is inherited from this process but what is named here: no variable, no descriptor, no
/// signal mask, no ignored signal.
public struct ProcessSpecification: Sendable {
  /// Where standard input comes from.
  public enum Input: Sendable {
    /// Empty.
    case null
    /// These bytes, whole, whether the program reads them or not.
    case bytes([UInt8])
    /// An open file, from its present offset.
    case file(FileDescriptor)
  }

  /// Where standard output and standard error go.
  public enum Output: Sendable {
    /// Both into one pipe, in the order written: `RunningProcess.output`.
    case merged
    /// Into two pipes: `output` and `errorOutput`. Read both at the same time, or the program may stall.
    case separate
    /// Nowhere.
    case discard
  }

  /// A path, or a name that is looked up in the `PATH` of `environment` (the usual folders where it has none).
  public var executable: String
  /// Without the program's own name.
  public var arguments: [String]
  /// All variables that it gets. A later one of the same name replaces an earlier one.
  public var environment: [(name: String, value: String)]
  /// Where it starts; nil for `/`.
  public var workingDirectory: String?
  /// Empty unless set.
  public var standardInput: Input
  /// One pipe unless set.
  public var output: Output
  /// Descriptors that it gets as 3, 4, 5, ... At most 13.
  public var additionalDescriptors: [FileDescriptor]
  /// Puts a supervisor process over it, which outlives the program only to kill everything that the program started,
  /// also what has left its group and its session. Without it, only the group is killed at the end.
  public var supervised: Bool
  /// How many processes its user may have; nil for what this process may have.
  public var processLimit: UInt64?
  /// Makes the kernel prefer it as the victim when memory runs out: 0 (as this process) to 999.
  public var outOfMemoryScore: Int32
  /// How far it and what it starts stand back behind other programs for processor time: 0 (as this process) to 19.
  public var niceness: Int32

  /// A program with these properties.
  public init(
    executable: String, arguments: [String] = [], environment: [(name: String, value: String)] = [],
    workingDirectory: String? = nil, standardInput: Input = .null, output: Output = .merged,
    additionalDescriptors: [FileDescriptor] = [], supervised: Bool = false, processLimit: UInt64? = nil,
    outOfMemoryScore: Int32 = 0, niceness: Int32 = 0
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.standardInput = standardInput
    self.output = output
    self.additionalDescriptors = additionalDescriptors
    self.supervised = supervised
    self.processLimit = processLimit
    self.outOfMemoryScore = outOfMemoryScore
    self.niceness = niceness
  }
}
