internal import Model
internal import Store

/// The page of a repository. Parts with `data-live` are fetched anew on changes and put in where they differ.
struct RepositoryView: Sendable {
  /// At most so many refs are shown.
  static let refLimit = 100
  private static let shownBuilds = 10

  var overview: RepositoryOverview
  var refs: [RepositoryRef]
  /// Newest first.
  var builds: [Build]
  var address: String
  var now: Timestamp
  var badge: String?
  var secret: String?

  private var repository: Repository { overview.repository }
  private var path: HTML { "/repositories/\(repository.id.rawValue)" }
  var title: String { BuildTitles.sourceName(repository.url) }

  var html: HTML {
    """
    <div id="repository" data-repository="\(repository.id.rawValue)">
    <nav class="crumbs" aria-label="Where you are"><a href="/repositories">Repositories</a></nav>
    <div data-live="head">\(head)</div>
    <div class="repository-grid"><div class="repository-main">
    <section class="panel" aria-labelledby="history-title" data-live="history"><div class="panel-head">\
    <h2 id="history-title">Builds</h2><span class="count">how long the last took</span></div>\
    \(DurationChart(newestFirst: builds, now: now).html)\(buildList)</section>
    <section class="panel" aria-labelledby="refs-title" data-live="refs"><div class="panel-head">\
    <h2 id="refs-title">Branches and tags</h2></div>\(refTable)</section></div>
    <div class="repository-side">\(RepositorySettingsView(repository: repository).html)
    \(badge.map(badgePanel))\(secret.map { WebhookView(repository: repository, secret: $0, address: address).html })
    \(removal)</div></div></div>
    """
  }

  // What it is and how it stands.

  private var head: HTML {
    """
    <header class="build-head"><div class="build-title"><h1><bdi>\(title)</bdi></h1>\
    <div class="actions">\(button("build", "\(Icon.rerun)<span>Build now</span>", isPrimary: true))\
    \(repository.isEnabled ? button("check", "\(Icon.clock)<span>Check now</span>") : "")</div></div>
    <div class="facts">\(Parts.badge(overview.lastBuild?.status))
    <span class="fact">\(Icon.branch)\(Parts.watched(repository.watch))</span>
    \(overview.lastRef.map { "<span class=\"fact\">\(Parts.commit($0.commit))</span>" })
    <span class="fact"><span>\(checked)</span></span>\
    \(repository.namespace.map { "<span class=\"fact namespace\"><bdi>\($0)</bdi></span>" })</div>
    <p class="address"><code><bdi>\(repository.url)</bdi></code></p>
    \(repository.error.map(alert))\(repository.notice.map(notice))</header>
    """
  }

  private var checked: HTML {
    let last: HTML = repository.checkedAt.map { "Checked \(Parts.ago($0, now: now))" } ?? "Not checked yet"
    guard repository.isEnabled else { return "\(last); not checked any more" }
    return "\(last), next \(Parts.nextCheck(repository, now: now))"
  }

  private func button(_ action: HTML, _ label: HTML, isPrimary: Bool = false) -> HTML {
    """
    <form method="post" action="\(path)/\(action)" data-action="\(action)">\
    <button type="submit"\(isPrimary ? primary : "")>\(label)</button></form>
    """
  }

  private var primary: HTML { #" class="primary""# }

  private func alert(_ error: String) -> HTML {
    let since: HTML =
      repository.errorSince.map { " Since \(Parts.ago($0, now: now)), \(repository.failures) times." } ?? ""
    return """
      <p class="alert" role="status">\(Icon.status(.failed))<span>\(error)\(since)</span></p>
      """
  }

  private func notice(_ text: String) -> HTML { "<p class=\"notice\">\(text)</p>" }

  // Its builds and refs.

  private var buildList: HTML {
    guard !builds.isEmpty else { return "<p class=\"muted\">Nothing has been built yet.</p>" }
    let more: HTML =
      builds.count > Self.shownBuilds
      ? "<p class=\"more-link\"><a href=\"/builds?repository=\(repository.id.rawValue)\">All builds</a></p>" : ""
    return "<ol class=\"mini-builds\">\(builds.prefix(Self.shownBuilds).map(row))</ol>\(more)"
  }

  private func row(_ build: Build) -> HTML {
    """
    <li data-key="\(build.id.rawValue)" data-status="\(build.status.rawValue)">\(Parts.badge(build.status))\
    <a class="row-link" href="/builds/\(build.id.rawValue)"><span class="number">#\(build.number)</span></a>\
    <span class="mini-ref">\(build.ref.map { "<bdi>\(RepositoryRef.shortName($0))</bdi>" })\
    \(build.commit.map(Parts.commit))</span>\
    <span class="mini-time">\(Parts.duration(from: build.startedAt, to: build.finishedAt, now: now))</span>\
    <span class="mini-when">\(Parts.ago(build.createdAt, now: now))</span></li>
    """
  }

  private var refTable: HTML {
    guard !refs.isEmpty else {
      return "<p class=\"muted\">None has been seen yet. They appear after the first check.</p>"
    }
    let rest: HTML =
      refs.count > Self.refLimit ? "<p class=\"hint\">Only the first \(Self.refLimit) by name are listed.</p>" : ""
    return """
      <div class="table-scroll"><table class="refs"><thead><tr><th scope="col">Name</th><th scope="col">Commit</th>\
      <th scope="col">Moved</th><th scope="col">Build</th></tr></thead>\
      <tbody>\(refs.prefix(Self.refLimit).map(refRow))</tbody></table></div>\(rest)
      """
  }

  private func refRow(_ ref: RepositoryRef) -> HTML {
    let gone: HTML = ref.deletedAt.map { " <span class=\"muted\">deleted \(Parts.ago($0, now: now))</span>" } ?? ""
    return """
      <tr data-key="\(ref.name)"><th scope="row"><bdi>\(ref.shortName)</bdi>\(gone)</th>\
      <td>\(Parts.commit(ref.commit))</td><td>\(Parts.ago(ref.movedAt, now: now))</td>\
      <td>\(ref.build.map { "<a href=\"/builds/\($0.rawValue)\">build</a>" })</td></tr>
      """
  }

  // What its owner sets up.

  private func badgePanel(_ name: String) -> HTML {
    let picture = "\(address)/badges/\(name).svg"
    let markdown = "[![build](\(picture))](\(address)/repositories/\(repository.id))"
    return """
      <section class="panel" aria-labelledby="badge-title"><div class="panel-head"><h2 id="badge-title">Badge</h2></div>
      <p><img class="badge" src="/badges/\(name).svg" alt="How the last finished build ended" height="20"></p>
      <p class="hint">For a README. Whoever has the address sees the status, without a token; \
      <code>?branch=main</code> shows one branch.</p>
      \(CopyField(id: "badge-markdown", label: "Markdown", text: markdown).html)</section>
      """
  }

  private var removal: HTML {
    """
    <section class="panel" aria-labelledby="delete-title"><div class="panel-head"><h2 id="delete-title">Delete</h2></div>
    <p class="hint">It is checked no more. Its builds and their artifacts stay.</p>
    <details class="more" id="delete"><summary class="button danger" role="button">Delete this repository</summary>\
    <form method="post" action="\(path)/delete"><p>Delete <strong><bdi>\(title)</bdi></strong>?</p>\
    <button class="danger-solid" type="submit">Yes, delete it</button></form></details></section>
    """
  }
}

/// A text to copy, in a field of its own.
struct CopyField: Sendable {
  var id: String
  var label: String
  var text: String
  /// Whether it is hidden until it is looked at.
  var isSecret = false

  var html: HTML {
    """
    <div class="copy-field"><label for="\(id)">\(label)</label><div class="copy-row"><input id="\(id)" readonly \
    type="\(isSecret ? "password" : "text")" value="\(text)" spellcheck="false" autocomplete="off">\
    <button class="icon-button copy js" type="button" data-copy="\(text)" aria-label="Copy: \(label)" title="Copy">\
    \(Icon.copy)</button></div></div>
    """
  }
}
