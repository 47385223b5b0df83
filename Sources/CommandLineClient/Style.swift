public import Model

/// Colours, where they are wanted.
public struct Style: Sendable, Hashable {
  /// False for plain text.
  public var isColoured: Bool

  /// A style.
  public init(isColoured: Bool) { self.isColoured = isColoured }

  /// Important.
  public func bold(_ text: String) -> String { painted(text, "1") }
  /// Less important.
  public func dim(_ text: String) -> String { painted(text, "2") }
  /// A mistake.
  public func red(_ text: String) -> String { painted(text, "31") }
  /// A warning.
  public func yellow(_ text: String) -> String { painted(text, "33") }
  /// In the colour of `status`.
  public func status(_ text: String, _ status: Status) -> String { painted(text, Self.code(of: status)) }

  private func painted(_ text: String, _ code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  private static func code(of status: Status) -> String {
    switch status {
    case .passed: "32"
    case .passedWithFailures, .killed: "33"
    case .failed, .timedOut: "31"
    case .running: "36"
    case .queued, .skipped: "2"
    }
  }
}
