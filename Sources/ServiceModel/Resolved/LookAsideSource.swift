/// A source of a look-aside cache.
public struct LookAsideSource: Sendable, Hashable {
  /// What is asked.
  public let method: MethodReference
  /// What is called with the request's and the found response's fields when a later source had the data; nil where
  /// nothing is written back. Takes only fields of the two.
  public let write: MethodReference?
}
