internal import Model
internal import Store

/// The list of registered repositories. The scripts fetch it anew on changes and put in what differs.
struct RepositoryListView: Sendable {
  var filter: RepositoryFilter
  var rows: [RepositoryOverview]
  var next: RepositoryID?
  var address: String
  var tokenPath: String
  var now: Timestamp

  var title: String { "Repositories" }

  var html: HTML {
    """
    <div class="page-head"><h1>Repositories</h1><span class="live" id="live" data-state="off" hidden>\
    <span class="live-dot" aria-hidden="true"></span><span id="live-word">Live</span></span>\
    <a class="button primary" href="/repositories/new">Add repository</a></div>
    \(filters)
    <div id="list" data-live="list">\(rows.isEmpty ? empty : list)\(pager)</div>
    """
  }

  private var filters: HTML {
    let statuses: [Status] = [.running, .queued, .passed, .failed]
    return """
      <div class="filters" role="search" aria-label="Repositories"><nav class="chips" aria-label="Status of the newest \
      build" data-live="chips">\(chip(nil))\(statuses.map(chip))</nav>
      <form class="filter-form" id="filter" method="get" action="/repositories">
      \(filter.status.map { "<input type=\"hidden\" name=\"status\" value=\"\($0.rawValue)\">" })
      <label class="field inline grow"><span class="sr-only">Search</span>\(Icon.search)\
      <input type="search" name="search" id="search" value="\(filter.search ?? "")" placeholder="Address…" \
      autocomplete="off" maxlength="200"></label>
      <button type="submit" class="no-script">Filter</button></form></div>
      """
  }

  private func chip(_ status: Status?) -> HTML {
    let current: HTML = filter.status == status ? #" aria-current="true""# : ""
    return """
      <a class="chip" href="\(filter.with(status: status).target)"\(current) \
      data-status="\(status?.rawValue ?? "")">\(status.map(Icon.status))<span>\(status?.title ?? "All")</span></a>
      """
  }

  private var list: HTML { "<ol class=\"builds repositories\" id=\"repositories\">\(rows.map(row))</ol>" }

  private func row(_ row: RepositoryOverview) -> HTML {
    let repository = row.repository
    let isOff: HTML = repository.isEnabled ? "" : " data-off"
    return """
      <li class="build-row repository-row" data-key="\(repository.id.rawValue)" \
      data-status="\(row.lastBuild?.status.rawValue ?? "skipped")"\(isOff)>
      <div class="row-status">\(Parts.badge(row.lastBuild?.status))</div>
      <div class="row-main"><a class="row-link" href="/repositories/\(repository.id.rawValue)">\
      <bdi class="row-title">\(BuildTitles.sourceName(repository.url))</bdi></a>
      <div class="row-meta"><span class="branch">\(Icon.branch)\(Parts.watched(repository.watch))</span>\
      \(row.lastRef.map { Parts.commit($0.commit) })</div>\(repository.error.map { error($0, repository) })</div>
      <div class="row-build">\(row.lastBuild.map(build))</div>
      <div class="row-check"><span class="sr-only">Next check </span>\(Parts.nextCheck(repository, now: now))</div></li>
      """
  }

  private func build(_ build: Build) -> HTML {
    """
    <a class="number" href="/builds/\(build.id.rawValue)">#\(build.number)</a> \(Parts.ago(build.createdAt, now: now))
    """
  }

  private func error(_ error: String, _ repository: Repository) -> HTML {
    """
    <p class="row-error" title="\(error)">\(Icon.status(.failed))<span>\(error)</span></p>
    """
  }

  private var pager: HTML {
    guard next != nil || filter.cursor != nil else { return "" }
    return """
      <nav class="pager" aria-label="Pages">\
      \(filter.before.map { "<a class=\"button\" rel=\"prev\" href=\"\($0.target)\">Back</a>" })\
      \(next.map { "<a class=\"button\" rel=\"next\" href=\"\(filter.after($0).target)\">More</a>" })</nav>
      """
  }

  private var empty: HTML {
    if filter.isNarrowed || filter.cursor != nil {
      return """
        <div class="empty"><h2>No repository matches</h2>\
        <p><a class="button" href="/repositories">All repositories</a></p></div>
        """
    }
    return """
      <div class="empty first-build"><h2>No repositories yet</h2>
      <p>A registered repository is built at once, and again whenever its branch moves.</p>
      <ol class="steps"><li><h3>Register one from a terminal</h3>\
      <pre class="code" tabindex="0" id="first-command">\(commands)</pre></li>
      <li><h3>Or here</h3>\(AddRepositoryForm().html)</li></ol></div>
      """
  }

  private var commands: String {
    """
    export WRIGHT_SERVER=\(address)
    export WRIGHT_TOKEN="$(cat \(tokenPath))"
    wright repo add https://example.org/hello.git --follow
    """
  }
}
