internal import Model
internal import Routing

/// A small picture of how a repository's builds stand, for its README: a name on dark ground, the status on its colour.
struct Badge: Sendable, Hashable {
  /// What stands on the left.
  var label: String
  /// What stands on the right.
  var value: String
  /// The ground of the right, as `#rrggbb`; white text on it has a contrast of at least 4.5 : 1.
  var colour: String

  /// One for a repository whose last finished build ended so; nil for none.
  init(label: String = "build", status: Status?) {
    self.label = label
    value = status.map { $0.title.lowercased() } ?? "no build yet"
    colour = Self.colour(status)
  }

  /// For screen readers and pointers.
  var title: String { "\(label): \(value)" }

  private static func colour(_ status: Status?) -> String {
    switch status {
    case .passed: "#1d6f3a"
    case .passedWithFailures: "#8a5200"
    case .failed: "#b3202a"
    case .killed: "#6b3f8f"
    case .timedOut: "#9a3f0c"
    case .queued, .running, .skipped, nil: "#5a626a"
    }
  }

  /// The picture. The texts' widths are given, so that they fit whatever font the reader has.
  var svg: String {
    let (left, right) = (Self.width(of: label), Self.width(of: value))
    let (labelBox, valueBox) = (left + 14, right + 14)
    let drawing: HTML = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(labelBox + valueBox)" height="20" role="img" \
      aria-label="\(title)"><title>\(title)</title>
      <clipPath id="r"><rect width="\(labelBox + valueBox)" height="20" rx="4"/></clipPath>
      <g clip-path="url(#r)"><rect width="\(labelBox)" height="20" fill="#2b3034"/>\
      <rect x="\(labelBox)" width="\(valueBox)" height="20" fill="\(colour)"/></g>
      <g fill="#ffffff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
      <text x="7" y="14" textLength="\(left)" lengthAdjust="spacingAndGlyphs">\(label)</text>
      <text x="\(labelBox + 7)" y="14" textLength="\(right)" lengthAdjust="spacingAndGlyphs">\(value)</text></g></svg>

      """
    return drawing.text
  }

  /// Advances of the printable characters of ASCII, from the space on, in DejaVu Sans (as wide as Verdana) at 11 px, in
  /// tenths of a pixel.
  private static let advances: [Int] = [
    35, 44, 51, 92, 70, 105, 86, 30, 43, 43, 55, 92, 35, 40, 35, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 37, 37, 92,
    92, 92, 58, 110, 75, 75, 77, 85, 70, 63, 85, 83, 32, 32, 72, 61, 95, 82, 87, 66, 87, 76, 70, 67, 81, 75, 109, 75,
    67,
    75, 43, 37, 43, 92, 55, 55, 67, 70, 60, 70, 68, 39, 70, 70, 31, 31, 64, 31, 107, 70, 67, 70, 70, 45, 57, 43, 70, 65,
    90, 65, 65, 58, 70, 37, 70, 92,
  ]

  /// Pixels; a character that is not in the table is taken as a wide one.
  static func width(of text: String) -> Int {
    let tenths = text.unicodeScalars.reduce(0) { sum, scalar in
      let index = Int(scalar.value) - 32
      return sum + (advances.indices.contains(index) ? advances[index] : 110)
    }
    return max(1, (tenths + 9) / 10)
  }
}
