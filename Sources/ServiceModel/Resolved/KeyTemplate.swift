/// A key made of text and fields of the request.
public struct KeyTemplate: Sendable, Hashable {
  /// A part of a key.
  public enum Part: Sendable, Hashable {
    /// Text.
    case text(String)
    /// A field of the request: a scalar, neither JSON nor bytes.
    case field(String)
  }

  /// The parts in order; at least one.
  public let parts: [Part]
}
