public import Model

/// Finds out how a program that was cloned is built. Safe from any task.
public protocol ProgramDetector: Sendable {
  /// Looks at what `clone` holds. Throws where it cannot be read; what is no program is a `DetectedProgram` too.
  func detect(_ clone: ProgramClone) async throws -> DetectedProgram
}

/// A clone of a program, and what is known about it.
public struct ProgramClone: Sendable {
  /// The work tree's folder on this machine.
  public var folder: String
  /// The commit that it is at.
  public var commit: String
  /// The plan of the build so far.
  public var plan: Plan
  /// The source of the plan that it is a clone of.
  public var source: Source
  /// The manifest that was given for it beforehand.
  public var manifest: String?

  /// A clone.
  public init(folder: String, commit: String, plan: Plan, source: Source, manifest: String?) {
    self.folder = folder
    self.commit = commit
    self.plan = plan
    self.source = source
    self.manifest = manifest
  }
}

/// What a program turned out to be.
public struct DetectedProgram: Sendable {
  /// Lines for the log: what was seen, and why it is built in this way.
  public var notes: [String]
  /// What the build does, or why it cannot be built, as a sentence that says what to do.
  public var result: Result<PlanExtension, Refusal>
  /// True where the stages are the outputs of the source's flake, which only Nix knows.
  public var isFlake: Bool

  /// A sentence for people.
  public struct Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The sentence.
    public var description: String
    /// Says `description`.
    public init(_ description: String) { self.description = description }
  }

  /// A program.
  public init(notes: [String], result: Result<PlanExtension, Refusal>, isFlake: Bool = false) {
    self.isFlake = isFlake
    self.notes = notes
    self.result = result
  }
}
