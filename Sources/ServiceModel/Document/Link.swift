/// A line from the output of a component to the input of another one: the first may call the second.
public struct Link: Sendable, Hashable {
  /// The name of the component that calls.
  public var from: String
  /// The name of the component that is called.
  public var to: String

  /// A link.
  public init(from: String, to: String) {
    self.from = from
    self.to = to
  }
}
