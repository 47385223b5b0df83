internal import Model

/// What the pages of repositories have in common.
extension Parts {
  /// A repository's status: that of its newest build, or that there is none.
  static func badge(_ status: Status?) -> HTML {
    if let status { return badge(status) }
    return """
      <span class="status" data-status="skipped">\(Icon.status(.queued))<span class="status-word">Never built</span></span>
      """
  }

  /// What of a repository is watched, in a word.
  static func watched(_ watch: RefPattern) -> HTML {
    switch watch {
    case .defaultBranch: "default branch"
    case .branches(let pattern): "<bdi>\(pattern)</bdi>"
    case .tags(let pattern): "tags <bdi>\(pattern)</bdi>"
    }
  }

  /// How long it is until a moment: the scripts let it count down.
  static func until(_ time: Timestamp, now: Timestamp) -> HTML {
    """
    <time datetime="\(time.rfc3339)" data-until title="\(exact(time))">\(untilText(time, now: now))</time>
    """
  }

  /// `now`, `in 12 s`, `in 3 min`; the scripts write it in the same words.
  static func untilText(_ time: Timestamp, now: Timestamp) -> String {
    let seconds = ((time - now).milliseconds + 999) / 1000
    return switch seconds {
    case ..<1: "now"
    case ..<60: "in \(seconds) s"
    case ..<3600: "in \(seconds / 60) min"
    case ..<86_400: "in \(seconds / 3600) h"
    default: "in \(seconds / 86_400) d"
    }
  }

  /// When the next check is; or that there is none.
  static func nextCheck(_ repository: Repository, now: Timestamp) -> HTML {
    guard repository.isEnabled else { return "not checked" }
    return repository.nextCheckAt.map { until($0, now: now) } ?? "soon"
  }
}
