internal import Model

/// Status, times and sizes as all pages show them.
enum Parts {
  /// A status: picture and word, never the colour alone.
  static func badge(_ status: Status) -> HTML {
    """
    <span class="status" data-status="\(status.rawValue)">\(Icon.status(status))\
    <span class="status-word">\(status.title)</span></span>
    """
  }

  /// A moment as the time that has passed, with the exact time for whoever points at it.
  static func ago(_ time: Timestamp, now: Timestamp) -> HTML {
    """
    <time datetime="\(time.rfc3339)" data-ago title="\(exact(time))">\(agoText(time, now: now))</time>
    """
  }

  /// How long something took, or takes: the scripts let that one tick.
  static func duration(from start: Timestamp?, to end: Timestamp?, now: Timestamp) -> HTML {
    guard let start else { return "" }
    guard let end else {
      return """
        <span class="duration" data-since="\(start.milliseconds)">\((now - start).quantity)</span>
        """
    }
    return """
      <span class="duration">\((end - start).quantity)</span>
      """
  }

  /// `2026-02-03 04:05:06 UTC`.
  static func exact(_ time: Timestamp) -> String {
    let text = time.rfc3339
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
  }

  /// `just now`, `3 min ago`, `yesterday` and so on; the scripts write it in the same words.
  static func agoText(_ time: Timestamp, now: Timestamp) -> String {
    let seconds = (now - time).milliseconds / 1000
    return switch seconds {
    case ..<5: "just now"
    case ..<60: "\(seconds) s ago"
    case ..<3600: "\(seconds / 60) min ago"
    case ..<86_400: "\(seconds / 3600) h ago"
    case ..<(30 * 86_400): "\(seconds / 86_400) d ago"
    default: String(time.rfc3339.prefix(10))
    }
  }

  /// A commit by its first digits.
  static func commit(_ commit: String) -> HTML {
    """
    <span class="commit" title="\(commit)">\(Icon.commit)<code>\(commit.prefix(10))</code></span>
    """
  }

  /// A tag that leads to the builds that have it.
  static func tag(_ tag: String) -> HTML {
    """
    <a class="tag" href="/builds?tag=\(QueryText.encode(tag))"><bdi>\(tag)</bdi></a>
    """
  }
}
