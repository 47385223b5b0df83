internal import Model

/// Why a build was queued, and what it was allowed.
struct DetailsView: Sendable {
  var build: Build
  var user: String
  var driver: String?
  var timeoutSeconds: Int64?

  var html: HTML {
    """
    <div class="panel-head"><h2 id="trigger-title">Trigger</h2></div>\
    \(build.trigger.comment.isEmpty ? "" : comment)<dl class="details">\(entries.map(entry))</dl>
    """
  }

  private var comment: HTML { "<p class=\"comment\"><bdi>\(build.trigger.comment)</bdi></p>" }

  private var entries: [(String, HTML)] {
    var entries: [(String, HTML)] = [
      ("Event", BuildListView.trigger(build.trigger.type)), ("By", "<bdi>\(user)</bdi>"),
      ("Submitted", exact(build.createdAt)),
    ]
    if let started = build.startedAt { entries.append(("Started", exact(started))) }
    if let finished = build.finishedAt { entries.append(("Ended", exact(finished))) }
    if let commit = build.commit { entries.append(("Commit", "<code>\(commit)</code>")) }
    if let driver { entries.append(("Driver", "\(driver)")) }
    if let timeoutSeconds { entries.append(("Time limit", "\(Duration.seconds(timeoutSeconds).quantity)")) }
    if let request = NixRequestText(build.trigger) {
      entries += request.leaves.map { ($0.name, "<bdi>\($0.value)</bdi>") }
    }
    for (name, value) in build.trigger.data.sorted(by: { $0.key < $1.key }) where name != NixRequestText.key {
      entries.append((name, "<bdi>\(value)</bdi>"))
    }
    return entries
  }

  private func exact(_ time: Timestamp) -> HTML {
    "<time datetime=\"\(time.rfc3339)\" data-exact>\(Parts.exact(time))</time>"
  }

  private func entry(_ name: String, _ value: HTML) -> HTML { "<div><dt>\(name)</dt><dd>\(value)</dd></div>" }
}
