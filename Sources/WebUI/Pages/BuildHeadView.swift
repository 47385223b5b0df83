internal import Model

/// What a build is, how it stands, and what can be done with it.
struct BuildHeadView: Sendable {
  var build: Build
  var title: String
  var user: String
  var now: Timestamp
  /// The first job that went wrong.
  var culprit: Job?
  /// Why no agent has taken it yet.
  var obstacle: String?
  /// The registered repository that it was queued for.
  var repository: Repository?

  var html: HTML {
    """
    <header class="build-head"><div class="build-title"><h1><span class="number">#\(build.number)</span> \
    <bdi>\(title)</bdi></h1>\(actions)</div>
    <div class="facts">\(Parts.badge(build.status))
    <span class="fact">\(Icon.clock)<span class="sr-only">Duration </span>\(duration)</span>
    \(repository.map(source))\(build.commit.map(commit))
    <span class="fact"><span>\(why), \(Parts.ago(build.createdAt, now: now))</span></span>
    \(build.results.map { ResultWords.facts($0, target: "") } ?? [])\
    \(build.agent.map(agent))\(build.attempt > 1 ? attempt : "")\(build.namespace.map(namespace))\(build.pinned ? pinned : "")</div>
    <div class="tags" aria-label="Tags" role="group">\(build.tags.map(tag))\(addTag)</div>
    \(obstacle.map(waiting))\(build.reason.map(reason) ?? culprit.map(blame))</header>
    """
  }

  private var duration: HTML {
    guard build.startedAt == nil else {
      return Parts.duration(from: build.startedAt, to: build.finishedAt, now: now)
    }
    return build.status == .queued ? "waiting for an agent" : "never started"
  }

  /// The event behind it, and who or what it came from.
  private var why: HTML {
    let data = build.trigger.data
    if let old = data["old"], let new = data["new"], old != new, [.rebuild, .push].contains(build.trigger.type) {
      return """
        \(BuildListView.trigger(build.trigger.type)): <code title="\(old)">\(old.prefix(10))</code> → \
        <code title="\(new)">\(new.prefix(10))</code>
        """
    }
    return "\(BuildListView.trigger(build.trigger.type)) by <bdi>\(user)</bdi>"
  }

  private func source(_ repository: Repository) -> HTML {
    """
    <span class="fact repository">\(Icon.branch)<a href="/repositories/\(repository.id.rawValue)">\
    <bdi>\(BuildTitles.sourceName(repository.url))</bdi></a>\
    \(build.ref.map { " <bdi>\(RepositoryRef.shortName($0))</bdi>" })</span>
    """
  }

  private func commit(_ commit: String) -> HTML {
    """
    <span class="fact">\(Parts.commit(commit))<button class="quiet icon-button copy js" type="button" \
    data-copy="\(commit)" aria-label="Copy the commit" title="Copy the commit">\(Icon.copy)</button></span>
    """
  }

  private func agent(_ agent: BuildAgent) -> HTML {
    let name: HTML = "<bdi>\(agent.name)</bdi>"
    let link = agent.id.map { "<a href=\"/agents/\($0.rawValue)\">\(name)</a>" as HTML } ?? name
    return "<span class=\"fact agent\"><span>\(build.status == .running ? "runs on" : "ran on") \(link)</span></span>"
  }

  private func waiting(_ sentence: String) -> HTML {
    """
    <p class="notice" id="obstacle" role="status">\(sentence) <a href="/agents">Agents</a></p>
    """
  }

  private var attempt: HTML { "<span class=\"fact\">Attempt \(build.attempt)</span>" }
  private var pinned: HTML {
    "<span class=\"fact pinned\" title=\"Its artifacts are kept\">\(Icon.pin)Pinned</span>"
  }

  private func namespace(_ path: String) -> HTML { "<span class=\"fact namespace\"><bdi>\(path)</bdi></span>" }

  /// Why it ended so, and where the log says more.
  private func reason(_ reason: String) -> HTML {
    """
    <p class="alert" data-status="\(build.status.rawValue)">\(Icon.status(build.status))<span>\(reason)\
    \(culprit.map { " · \(place($0))" as HTML })</span></p>
    """
  }

  private func blame(_ job: Job) -> HTML {
    """
    <p class="alert" data-status="\(job.status.rawValue)">\(Icon.status(job.status))<span>\(place(job)) \
    \(Self.ending(job))</span></p>
    """
  }

  private func place(_ job: Job) -> HTML {
    """
    <a href="/builds/\(build.id.rawValue)/jobs/\(job.id.rawValue)"><bdi>\(job.stage)</bdi> / <bdi>\(job.name)</bdi></a>
    """
  }

  private static func ending(_ job: Job) -> HTML {
    if job.status == .timedOut { return "took too long" }
    return job.exitCode.map { "failed with exit status \($0)" } ?? "failed"
  }

  // What can be done.

  private var actions: HTML {
    """
    <div class="actions">\(form("rerun", "\(Icon.rerun)<span>Re-run</span>"))\
    \(build.pinned ? form("unpin", "\(Icon.pin)<span>Unpin</span>") : form("pin", "\(Icon.pin)<span>Pin</span>"))\
    \(build.status.isFinal ? "" : kill)</div>
    """
  }

  private func form(_ action: HTML, _ label: HTML) -> HTML {
    """
    <form method="post" action="/builds/\(build.id.rawValue)/\(action)" data-action="\(action)">\
    <button type="submit">\(label)</button></form>
    """
  }

  private var kill: HTML {
    """
    <details class="pop" data-pop><summary class="button danger" role="button">\(Icon.stop)<span>Kill</span></summary>\
    <div class="pop-body"><p>Kill this build? Its processes are stopped, and what it has not finished is lost.</p>\
    <form method="post" action="/builds/\(build.id.rawValue)/kill" data-action="kill">\
    <button class="danger-solid" type="submit">Kill build #\(build.number)</button></form></div></details>
    """
  }

  private func tag(_ tag: String) -> HTML {
    """
    <span class="tag-group">\(Parts.tag(tag))<form method="post" \
    action="/builds/\(build.id.rawValue)/tags/remove" data-action="untag"><input type="hidden" name="tag" \
    value="\(tag)"><button class="quiet tag-remove" type="submit" aria-label="Remove the tag \(tag)" \
    title="Remove">\(Icon.cross)</button></form></span>
    """
  }

  private var addTag: HTML {
    """
    <details class="pop" data-pop><summary class="tag add-tag" role="button">\(Icon.tag)<span>Add tag</span></summary>\
    <form class="pop-body tag-form" method="post" action="/builds/\(build.id.rawValue)/tags" data-action="tag">\
    <label class="field"><span>Tags, apart by commas</span><input name="tags" required maxlength="400" \
    autocomplete="off"></label><button class="primary" type="submit">Add</button></form></details>
    """
  }
}
