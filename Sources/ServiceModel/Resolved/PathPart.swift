/// A part of a path between slashes.
public enum PathPart: Sendable, Hashable {
  /// Text: letters, digits and `-._~`.
  case text(String)
  /// A field of the request.
  case field(String)
}
