public import Model

/// Makes the files of a service. Pure: the same plan, the same bytes. Safe from any task.
public protocol ServiceMaker: Sendable {
  /// What keeps the plan's service from being generated, a line each; empty where nothing does. Throws where its
  /// document is none.
  func problems(of plan: ServicePlan) throws -> [String]
  /// The files of a service without problems, sorted by path.
  func files(of plan: ServicePlan) throws -> [ServiceFile]
}

/// A file that was generated.
public struct ServiceFile: Sendable, Hashable {
  /// Relative, with `/` between folders.
  public var path: String
  /// All of its bytes.
  public var content: [UInt8]

  /// A file.
  public init(path: String, content: [UInt8]) {
    self.path = path
    self.content = content
  }
}
