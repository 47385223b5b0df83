/// A method of a component.
public struct MethodReference: Sendable, Hashable, CustomStringConvertible {
  /// The component's name.
  public var component: String
  /// The method's name.
  public var method: String

  /// A reference.
  public init(component: String, method: String) {
    self.component = component
    self.method = method
  }

  /// From `Component.Method`; nil for any other text.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.init(component: String(parts[0]), method: String(parts[1]))
  }

  /// `Component.Method`
  public var description: String { "\(component).\(method)" }
}
