internal import Model
internal import Queue

/// How many builds waited, and for how long, as two rows of bars over the same time; and the same as a table, for who does
/// not see them. Where nothing is, no server ran.
struct QueueChart: Sendable {
  private static let (step, bar, height): (Int64, Int, Int64) = (10, 8, 72)

  /// Oldest first.
  var moments: [QueueMoment]
  var span: QueueSpan
  var now: Timestamp

  /// Links to the spans.
  var choice: HTML {
    """
    <nav class="chips queue-span" aria-label="Time">\(chip(.hour, "Hour"))\(chip(.day, "Day"))</nav>
    """
  }

  private func chip(_ other: QueueSpan, _ word: HTML) -> HTML {
    let current: HTML = other == span ? #" aria-current="true""# : ""
    return "<a class=\"chip\" href=\"/agents?span=\(other.rawValue)\"\(current)>\(word)</a>"
  }

  var html: HTML {
    let queued = moments.map(\.queued).max() ?? 0
    let longest = moments.map(\.longestWait).max() ?? .zero
    return """
      <div class="queue-charts">\(figure(
        "queued", "Most builds that waited at once", peak: "\(queued)", all: Double(queued)) { Double($0.queued) })\
      \(figure("waited", "Longest wait for an agent", peak: longest.quantity, all: Self.seconds(longest)) {
        Self.seconds($0.longestWait)
      })</div>\(table)
      """
  }

  private func figure(
    _ name: HTML, _ title: HTML, peak: String, all: Double, _ value: (QueueMoment) -> Double
  ) -> HTML {
    let width = columns * Self.step
    return """
      <figure class="chart queue-chart" data-chart="\(name)"><figcaption><span>\(title)</span>\
      <span class="peak">\(peak)</span></figcaption>
      <svg class="bars" viewBox="0 0 \(width) \(Self.height + 1)" preserveAspectRatio="none" role="img" \
      aria-label="\(title): at most \(peak)">\(moments.map { column($0, value($0), of: all) })\
      <path class="base" d="M0 \(Self.height + 1)H\(width)"/></svg>
      <div class="chart-ends" aria-hidden="true"><span>\(span == .hour ? "1 h ago" : "1 d ago")</span><span>now</span></div>\
      </figure>
      """
  }

  private var columns: Int64 { span.minutes / span.step + 1 }
  private var length: Int64 { span.step * 60_000 }

  /// A bar is never so low that it cannot be seen; nothing is none.
  private func column(_ moment: QueueMoment, _ value: Double, of all: Double) -> HTML {
    let back = (now.milliseconds / length) - (moment.time.milliseconds / length)
    let place = columns - 1 - back
    guard value > 0, all > 0, (0..<columns).contains(place) else { return "" }
    let height = max(2, min(Self.height, Int64((value / all * Double(Self.height)).rounded())))
    return """
      <rect class="bar" x="\(place * Self.step + 1)" y="\(Self.height - height)" width="\(Self.bar)" height="\(height)">\
      <title>\(Parts.exact(moment.time)): \(words(moment))</title></rect>
      """
  }

  private func words(_ moment: QueueMoment) -> String {
    let wait =
      moment.meanWait.map { ", waited \($0.quantity) on average, \(moment.longestWait.quantity) at most" } ?? ""
    return "\(moment.queued) waiting, \(moment.running) running, \(moment.begun) begun\(wait)"
  }

  private var table: HTML {
    let shown = moments.filter { $0.queued > 0 || $0.begun > 0 }.suffix(100).reversed()
    guard !shown.isEmpty else {
      return "<p class=\"muted queue-quiet\">No build has waited in the last \(span == .hour ? "hour" : "day").</p>"
    }
    return """
      <details class="chart-table"><summary>As a table</summary><table><thead><tr><th scope="col">From</th>\
      <th scope="col">Waiting</th><th scope="col">Running</th><th scope="col">Begun</th><th scope="col">Mean wait</th>\
      <th scope="col">Longest wait</th></tr></thead><tbody>\(shown.map(row))</tbody></table></details>
      """
  }

  private func row(_ moment: QueueMoment) -> HTML {
    """
    <tr><th scope="row">\(Parts.exact(moment.time))</th><td>\(moment.queued)</td><td>\(moment.running)</td>\
    <td>\(moment.begun)</td><td>\(moment.meanWait?.quantity ?? "")</td>\
    <td>\(moment.begun > 0 ? moment.longestWait.quantity : "")</td></tr>
    """
  }

  private static func seconds(_ duration: Duration) -> Double { Double(duration.milliseconds) / 1000 }

  /// With two digits behind the point.
  static func decimal(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
