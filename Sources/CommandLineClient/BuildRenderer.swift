public import Model

/// Shows a build as it runs, for people: a heading for each job, its output, and a line for how it ended. Pure: it
/// returns what is to be written, in order. Used for builds on a server and for builds without one.
public struct BuildRenderer: Sendable {
  private let style: Style
  private var filter: TerminalFilter?
  private var isAtLineStart = true

  /// A renderer. `isTerminal` keeps a job's escape sequences from the terminal; otherwise its bytes are shown as
  /// they are.
  public init(style: Style, isTerminal: Bool) {
    self.style = style
    filter = isTerminal ? TerminalFilter(keepsColours: style.isColoured) : nil
  }

  /// One that suits `console`'s standard output.
  public init(_ console: Console) { self.init(style: console.style, isTerminal: console.outputIsTerminal) }

  /// `==> test / unit`, when a job begins.
  public mutating func heading(stage: String, job: String) -> [UInt8] {
    line(style.bold("==> \(Self.safe(stage)) / \(Self.safe(job))"))
  }

  /// Output of the job.
  public mutating func output(_ bytes: [UInt8]) -> [UInt8] {
    let shown = filter?.filter(bytes) ?? bytes
    if let last = shown.last { isAtLineStart = last == 0x0A }
    return shown
  }

  /// `    failed with status 2 after 1.3 s`, when a job has ended.
  public mutating func jobEnded(_ status: Status, exitCode: Int32? = nil, duration: Duration? = nil) -> [UInt8] {
    var words = status.title.lowercased()
    if status == .failed, let exitCode { words += " with status \(exitCode)" }
    if let duration { words += (status == .passed ? " in " : " after ") + duration.quantity }
    return line("    " + style.status(words, status))
  }

  /// `==> Passed in 12 s`, when the build has ended, with the reason where the logs do not say it.
  public mutating func buildEnded(_ status: Status, reason: String? = nil, duration: Duration? = nil) -> [UInt8] {
    var words = status.title
    if let duration { words += (status == .passed ? " in " : " after ") + duration.quantity }
    if let reason, !reason.isEmpty { words += ": \(Self.safe(reason))" }
    return line(style.bold("==> ") + style.status(words, status))
  }

  /// A remark in between, on a line of its own.
  public mutating func note(_ text: String) -> [UInt8] { line(style.dim("    \(Self.safe(text))")) }

  private mutating func line(_ text: String) -> [UInt8] {
    // A colour that the job left on must not run into our lines.
    var bytes: [UInt8] = filter != nil && style.isColoured ? Array("\u{1B}[0m".utf8) : []
    if !isAtLineStart { bytes.append(0x0A) }
    isAtLineStart = true
    return bytes + Array(text.utf8) + [0x0A]
  }

  /// Names come from manifests: what is not text is shown as `?`.
  public static func safe(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? "?" : $0 }))
  }
}
