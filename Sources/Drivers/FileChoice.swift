public import Files

/// Which files a collection takes of those that its rule names. What is left out is not counted and not reported.
public struct FileChoice: Sendable {
  /// False for a folder that need not be looked into; the path is relative to the workspace.
  public var enters: @Sendable (_ folder: String) -> Bool
  /// False for a file that is not taken whatever it holds; asked before the file is opened.
  public var mayTake: @Sendable (_ path: String) -> Bool
  /// Whether a file is taken, by what it holds. Called where it may block.
  public var takes: @Sendable (FileDescriptor) throws -> Bool

  /// A choice.
  public init(
    enters: @escaping @Sendable (String) -> Bool, mayTake: @escaping @Sendable (String) -> Bool,
    takes: @escaping @Sendable (FileDescriptor) throws -> Bool
  ) {
    self.enters = enters
    self.mayTake = mayTake
    self.takes = takes
  }
}
