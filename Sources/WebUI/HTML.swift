internal import Routing

/// A piece of a page. Written as a string literal; what is interpolated is escaped unless it is a piece itself, and
/// only literals of the program are taken as they are, so untrusted text has no way in but the escaped one.
/// Interpolate into element content and into quoted attributes, nowhere else.
struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// The markup.
  private(set) var text: String

  init(stringLiteral value: StaticString) { text = value.description }

  init(stringInterpolation: Interpolation) { text = stringInterpolation.text }

  /// Nothing.
  static let empty: HTML = ""

  /// Pieces one after the other.
  init(_ pieces: some Sequence<HTML>) {
    text = pieces.reduce(into: "") { $0 += $1.text }
  }

  static func + (left: HTML, right: HTML) -> HTML { HTML([left, right]) }

  static func += (left: inout HTML, right: HTML) { left.text += right.text }

  /// Collects literals as they are and values escaped.
  struct Interpolation: StringInterpolationProtocol {
    typealias StringLiteralType = StaticString
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

    mutating func appendInterpolation(_ html: HTML) { text += html.text }

    mutating func appendInterpolation(_ html: HTML?) { text += html?.text ?? "" }

    mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { text += piece.text }
    }

    mutating func appendInterpolation(_ value: String) { text += HTMLEscaping.escape(value) }

    mutating func appendInterpolation(_ value: Substring) { text += HTMLEscaping.escape(String(value)) }

    mutating func appendInterpolation(_ number: some BinaryInteger) { text += String(number) }
  }
}
