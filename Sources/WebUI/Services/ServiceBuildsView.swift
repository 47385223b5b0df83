internal import Model
internal import Store

/// The builds of a service, with what they need to know beside them.
struct ServiceBuildsView: Sendable {
  var service: ServiceRecord
  /// All services of the reader, by name.
  var services: [String]
  var builds: [Build]
  var next: BuildID?
  var isFirstPage: Bool
  var configuration: ServiceConfigurationView
  /// What was entered as the tag, and what is wrong with the request for a build.
  var tag: String
  var reasons: [String]
  var now: Timestamp

  var title: String { "Builds of \(service.name)" }
  private var path: String { "/services/\(service.name)/builds" }

  var html: HTML {
    """
    <nav class="crumbs" aria-label="Where you are"><a href="/services">Services</a>\
    <a href="/services/\(service.name)/edit">\(service.name)</a></nav>
    <div class="page-head"><h1>Builds</h1>\(chooser)<span class="live" id="live" data-state="off" hidden>\
    <span class="live-dot" aria-hidden="true"></span><span id="live-word">Live</span></span>\(new)</div>
    <div class="service-builds"><div class="service-builds-main">
    <div data-live="needs">\(needs)</div>
    <div id="list" data-live="list">\(builds.isEmpty ? empty : list)\(pager)</div></div>
    \(configuration.html)</div>
    """
  }

  private var chooser: HTML {
    """
    <form class="service-chooser" method="get" action="/services/builds"><label class="field inline">\
    <span class="sr-only">Service</span><select name="service" id="service" aria-label="Service">\(services.map(option))\
    </select></label><button type="submit" class="no-script">Show</button></form>
    """
  }

  private func option(_ name: String) -> HTML {
    let selected: HTML = name == service.name ? " selected" : ""
    return "<option value=\"\(name)\"\(selected)>\(name)</option>"
  }

  private var new: HTML {
    let open: HTML = reasons.isEmpty ? "" : " open"
    return """
      <details class="pop" data-pop id="new-build"\(open)><summary class="button primary" role="button">New</summary>\
      <div class="pop-body"><form id="new-build-form" class="stack" method="post" action="\(path)">\
      <label class="field"><span>Tag</span><input name="tag" id="tag" required maxlength="100" \
      pattern="[A-Za-z0-9._\\-]+" title="letters, digits, dots, dashes and underscores" value="\(tag)" \
      spellcheck="false" autocapitalize="none" autocomplete="off" placeholder="v1"></label>\
      <p class="hint">The branch wright/… and the merge request are named after it.</p>\
      <div data-live="reasons" role="alert">\(refusal)</div>\
      <button class="primary wide" type="submit">Submit</button></form></div></details>
      """
  }

  private var refusal: HTML {
    reasons.isEmpty ? .empty : "<ul class=\"reasons\">\(reasons.map { "<li>\($0)</li>" as HTML })</ul>"
  }

  /// What has to be there before a build.
  private var needs: HTML {
    let missing = configuration.configuration.missing
    let isSaved = service.lastRevision != nil
    if isSaved && missing.isEmpty { return .empty }
    let names = missing.map { "<code>\($0.rawValue)</code>" as HTML }
    let list = names.enumerated().map { $0.offset == 0 ? $0.element : ", " + $0.element }
    let revision: HTML =
      "<li>Nothing is saved yet: press Save in the <a href=\"/services/\(service.name)/edit\">editor</a>.</li>"
    let config: HTML = "<li>The builds config lacks \(list).</li>"
    return """
      <div class="notice needs"><p>Before this service can be built:</p><ul>\(isSaved ? .empty : revision)\
      \(missing.isEmpty ? .empty : config)</ul></div>
      """
  }

  private var list: HTML { "<ol class=\"builds\" id=\"builds\">\(builds.map(row))</ol>" }

  private func row(_ build: Build) -> HTML {
    let about = build.service
    let stage = build.status.serviceStage.rawValue
    return """
      <li class="build-row service-build" data-key="\(build.id.rawValue)" data-build="\(build.id.rawValue)" \
      data-stage="\(stage)" data-status="\(build.status.rawValue)">
      <div class="row-status">\(StageBadge(status: build.status).html)</div>
      <div class="row-main"><a class="row-link" href="/builds/\(build.id.rawValue)"><span class="number">\
      #\(build.number)</span> <bdi class="row-title">\(about?.tag ?? "")</bdi></a>
      <div class="row-meta"><span>Revision \(about?.revision ?? 0)</span>\
      \(about?.progress.commit.map(Parts.commit))\(links(build))</div>\(reason(build))</div>
      <div class="row-when">\(Parts.ago(build.createdAt, now: now))\
      <span class="row-duration">\(duration(build))</span></div></li>
      """
  }

  private func links(_ build: Build) -> HTML {
    var links: HTML = ""
    if let request = build.service?.progress.mergeRequest {
      links += """
        <a class="row-out" href="\(request.url)" target="_blank" rel="noopener noreferrer">Merge request</a>\
        <span class="muted">!\(request.iid)</span>
        """
    }
    if build.status.serviceStage == .success {
      links += """
        <a class="row-out" href="/builds/\(build.id.rawValue)/files">Files</a>\
        <a class="row-out" href="/builds/\(build.id.rawValue)/changes">Changes</a>
        """
    }
    return links
  }

  private func reason(_ build: Build) -> HTML {
    guard let reason = build.serviceReason else { return .empty }
    return "<p class=\"row-error\">\(reason)</p>"
  }

  private func duration(_ build: Build) -> HTML {
    guard build.startedAt != nil else { return build.status == .queued ? "waiting" : "" }
    return "\(Icon.clock)\(Parts.duration(from: build.startedAt, to: build.finishedAt, now: now))"
  }

  private var pager: HTML {
    guard next != nil || !isFirstPage else { return .empty }
    let newest: HTML = isFirstPage ? .empty : "<a class=\"button\" rel=\"prev\" href=\"\(path)\">Newest</a>"
    let older = next.map { "<a class=\"button\" rel=\"next\" href=\"\(path)?cursor=\($0.rawValue)\">Older</a>" as HTML }
    return "<nav class=\"pager\" aria-label=\"Pages\">\(newest)\(older)</nav>"
  }

  private var empty: HTML {
    """
    <div class="empty"><h2>No builds yet</h2><p>A build makes code of the service's last saved revision, pushes it as the \
    branch wright/<em>tag</em>, and opens a merge request with the tag as its title.</p></div>
    """
  }
}

/// How far a service's build is, in the words of services.
struct StageBadge: Sendable {
  var status: Status

  var html: HTML {
    """
    <span class="status" data-status="\(status.rawValue)" data-stage="\(status.serviceStage.rawValue)">\
    \(Icon.status(status))<span class="status-word">\(status.serviceStage.rawValue)</span></span>
    """
  }
}
