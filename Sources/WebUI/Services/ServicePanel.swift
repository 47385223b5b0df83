internal import Model

/// What a service's build is about, on the page of the build.
struct ServicePanel: Sendable {
  var build: Build

  var html: HTML {
    guard let about = build.service else { return .empty }
    return """
      <section class="panel service-panel" aria-labelledby="service-title" data-live="service"><div class="panel-head">\
      <h2 id="service-title">Service</h2>\(StageBadge(status: build.status).html)</div>
      <dl class="details"><div><dt>Service</dt><dd><a href="/services/\(about.name)/builds">\(about.name)</a>, \
      revision \(about.revision)</dd></div><div><dt>Tag</dt><dd><bdi>\(about.tag)</bdi></dd></div>\
      <div><dt>Branch</dt><dd><bdi>\(about.branch)</bdi></dd></div>\
      \(about.progress.commit.map { "<div><dt>Commit</dt><dd>\(Parts.commit($0))</dd></div>" })\
      \(about.progress.mergeRequest.map(request))</dl>\(reason)
      <p class="panel-links"><a href="/builds/\(build.id.rawValue)/files">Files</a>\
      <a href="/builds/\(build.id.rawValue)/changes">Changes against the build before</a></p></section>
      """
  }

  private func request(_ request: MergeRequest) -> HTML {
    """
    <div><dt>Forge</dt><dd><a href="\(request.url)" target="_blank" rel="noopener noreferrer">Merge request</a> \
    !\(request.iid)</dd></div>
    """
  }

  private var reason: HTML { build.serviceReason.map { "<p class=\"alert\">\($0)</p>" } ?? .empty }
}
