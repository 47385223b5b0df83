internal import Model

/// A build of a list with its title.
struct BuildRow: Sendable {
  var build: Build
  var title: String
}

/// The list of builds. The scripts fetch it anew on changes and put in what differs, so it is the only place that
/// knows how a row looks.
struct BuildListView: Sendable {
  var filter: BuildFilter
  var rows: [BuildRow]
  var next: BuildID?
  var user: String
  var address: String
  var tokenPath: String
  var now: Timestamp

  var title: String { filter.status.map { "\($0.title) builds" } ?? "Builds" }

  var html: HTML {
    """
    <div class="page-head"><h1>Builds</h1><span class="live" id="live" data-state="off" hidden>\
    <span class="live-dot" aria-hidden="true"></span><span id="live-word">Live</span></span>\
    <a class="button primary" href="/builds/new">New build</a></div>
    \(filters)
    <div id="list" data-live="list" data-first-page="\(filter.cursor == nil ? 1 : 0)">\
    \(rows.isEmpty ? empty : list)\(pager)</div>
    """
  }

  private var filters: HTML {
    let statuses: [Status] = [.running, .queued, .passed, .passedWithFailures, .failed, .killed, .timedOut]
    return """
      <div class="filters" role="search" aria-label="Builds"><nav class="chips" aria-label="Status" data-live="chips">\
      \(chip(nil))\(statuses.map(chip))</nav>
      <form class="filter-form" id="filter" method="get" action="/builds">
      \(filter.status.map(hiddenStatus))\(filter.repository.map(hiddenRepository))
      <label class="field inline grow"><span class="sr-only">Search</span>\(Icon.search)\
      <input type="search" name="search" id="search" value="\(filter.search ?? "")" \
      placeholder="Comment, commit, source…" autocomplete="off" maxlength="200"></label>
      <label class="field inline"><span class="sr-only">Tag</span>\(Icon.tag)\
      <input type="search" name="tag" id="tag" value="\(filter.tag ?? "")" placeholder="Tag" autocomplete="off" \
      maxlength="100"></label>
      <button type="submit" class="no-script">Filter</button></form></div>
      """
  }

  private func hiddenRepository(_ repository: RepositoryID) -> HTML {
    """
    <input type="hidden" name="repository" value="\(repository.rawValue)">
    """
  }

  private func hiddenStatus(_ status: Status) -> HTML {
    """
    <input type="hidden" name="status" value="\(status.rawValue)">
    """
  }

  private func chip(_ status: Status?) -> HTML {
    let current: HTML = filter.status == status ? #" aria-current="true""# : ""
    return """
      <a class="chip" href="\(filter.with(status: status).target)"\(current) \
      data-status="\(status?.rawValue ?? "")">\(status.map(Icon.status))<span>\(status?.title ?? "All")</span></a>
      """
  }

  private var list: HTML {
    """
    <ol class="builds" id="builds">\(rows.map(row))</ol>
    """
  }

  private func row(_ row: BuildRow) -> HTML {
    let build = row.build
    return """
      <li class="build-row" data-key="\(build.id.rawValue)" data-status="\(build.status.rawValue)">
      <div class="row-status">\(Parts.badge(build.status))</div>
      <div class="row-main"><a class="row-link" href="/builds/\(build.id.rawValue)"><span class="number">\
      #\(build.number)</span> <bdi class="row-title">\(row.title)</bdi></a>
      <div class="row-meta">\(build.commit.map(Parts.commit))\(build.namespace.map(namespace))\
      \(build.results.map { ResultWords.facts($0) } ?? [])\
      \(build.tags.prefix(6).map(Parts.tag))\(build.pinned ? pinned : "")</div></div>
      <div class="row-why"><span>\(Self.trigger(build.trigger.type))</span> <span class="by">by <bdi>\(user)</bdi>\
      </span></div>
      <div class="row-when">\(Parts.ago(build.createdAt, now: now))\
      <span class="row-duration">\(durationText(build))</span></div></li>
      """
  }

  private func durationText(_ build: Build) -> HTML {
    guard build.startedAt != nil else { return build.status == .queued ? "waiting" : "" }
    return "\(Icon.clock)\(Parts.duration(from: build.startedAt, to: build.finishedAt, now: now))"
  }

  private func namespace(_ path: String) -> HTML { "<span class=\"namespace\"><bdi>\(path)</bdi></span>" }

  private var pinned: HTML { "<span class=\"pinned\">\(Icon.pin)Pinned</span>" }

  /// The event behind a build in a word.
  static func trigger(_ kind: Trigger.Kind) -> HTML {
    switch kind {
    case .manual: "Manual"
    case .push: "Push"
    case .pull: "Pull request"
    case .schedule: "Schedule"
    case .rebuild: "Rebuild"
    case .api: "API"
    }
  }

  private var pager: HTML {
    guard next != nil || filter.cursor != nil else { return "" }
    return """
      <nav class="pager" aria-label="Pages">\(filter.newer.map(newer))\(next.map(older))</nav>
      """
  }

  private func newer(_ filter: BuildFilter) -> HTML {
    """
    <a class="button" rel="prev" href="\(filter.target)">Newer</a>
    """
  }

  private func older(_ next: BuildID) -> HTML {
    """
    <a class="button" rel="next" href="\(filter.older(next).target)">Older</a>
    """
  }

  private var empty: HTML {
    if filter.isNarrowed { return nothingMatches }
    if filter.cursor != nil { return noMore }
    return EmptyListView(address: address, tokenPath: tokenPath).html
  }

  private var nothingMatches: HTML {
    """
    <div class="empty"><h2>No build matches</h2><p>Nothing here has that status, tag and text at once.</p>\
    <p><a class="button" href="/builds">Clear the filters</a></p></div>
    """
  }

  private var noMore: HTML {
    """
    <div class="empty"><h2>No older builds</h2><p><a class="button" href="/builds">Back to the newest</a></p></div>
    """
  }
}
