internal import Model

/// How long the last builds took, oldest first, as bars in the colours of their statuses; and the same as a table, for
/// who does not see it.
struct DurationChart: Sendable {
  /// At most so many builds.
  static let limit = 30
  private static let (step, bar, height) = (20, 14, 96)

  /// Oldest first.
  var builds: [Build]
  var now: Timestamp

  /// Of a list whose newest build is first.
  init(newestFirst: [Build], now: Timestamp) {
    builds = newestFirst.filter { $0.startedAt != nil }.prefix(Self.limit).reversed()
    self.now = now
  }

  var html: HTML {
    guard builds.count > 1 else {
      return "<p class=\"muted\">The chart begins with the second build that has run.</p>"
    }
    return """
      <figure class="chart"><div class="chart-scroll"><svg class="bars" viewBox="0 0 \(width) \(Self.height + 2)" \
      width="\(width)" height="\(Self.height + 2)" role="group" aria-label="Duration of the last \(builds.count) builds">
      \(builds.enumerated().map(column))<path class="base" d="M0 \(Self.height + 1)H\(width)"/></svg></div>
      <figcaption>Longest \(longest.quantity), typically \(median.quantity)</figcaption></figure>
      <details class="chart-table"><summary>As a table</summary><table><thead><tr><th scope="col">Build</th>\
      <th scope="col">Status</th><th scope="col">Duration</th></tr></thead><tbody>\(builds.reversed().map(row))</tbody>\
      </table></details>
      """
  }

  private var width: Int { builds.count * Self.step - (Self.step - Self.bar) }
  private func duration(_ build: Build) -> Duration { (build.finishedAt ?? now) - (build.startedAt ?? build.createdAt) }
  private var longest: Duration { builds.map(duration).max() ?? .zero }
  private var median: Duration {
    let sorted = builds.map(duration).sorted()
    return sorted.isEmpty ? .zero : sorted[sorted.count / 2]
  }

  /// A bar is never so low that it cannot be seen or hit.
  func barHeight(_ build: Build) -> Int {
    let all = max(1, longest.milliseconds)
    let share = Double(max(0, duration(build).milliseconds)) / Double(all)
    return max(4, min(Self.height, Int((share * Double(Self.height)).rounded())))
  }

  private func column(_ index: Int, _ build: Build) -> HTML {
    let height = barHeight(build)
    let title = "#\(build.number): \(build.status.title), \(duration(build).quantity)"
    return """
      <a href="/builds/\(build.id.rawValue)" aria-label="\(title)"><title>\(title)</title>\
      <rect class="hit" x="\(index * Self.step)" y="0" width="\(Self.bar)" height="\(Self.height)"/>\
      <rect class="bar" data-status="\(build.status.rawValue)" x="\(index * Self.step)" \
      y="\(Self.height - height)" width="\(Self.bar)" height="\(height)" rx="2"/></a>
      """
  }

  private func row(_ build: Build) -> HTML {
    """
    <tr><th scope="row"><a href="/builds/\(build.id.rawValue)">#\(build.number)</a></th>\
    <td>\(build.status.title)</td><td>\(duration(build).quantity)</td></tr>
    """
  }
}
