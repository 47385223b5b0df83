internal import Model
internal import Store

/// The list of services, with the form that makes one.
struct ServiceListView: Sendable {
  var services: [ServiceRecord]
  var builds: [ServiceID: ServiceBuildCount]
  var now: Timestamp

  var title: String { "Services" }

  var html: HTML {
    """
    <div class="page-head"><h1>Services</h1><div class="head-tools">\(importer)\(form)</div></div>
    <p class="lead">A service is drawn of components, and built into Go code that a merge request brings into its \
    repository.</p>
    <div data-live="services">\(services.isEmpty ? empty : list)</div>
    """
  }

  private var form: HTML {
    """
    <details class="pop" data-pop id="new-service"><summary class="button primary" role="button">New service</summary>\
    <div class="pop-body"><form id="new-service-form" class="stack" data-api="/api/v1/services"><label class="field">\
    <span>Name</span><input name="name" required maxlength="63" pattern="[A-Za-z][A-Za-z0-9_\\-]*" \
    title="letters, digits, dashes and underscores, beginning with a letter" spellcheck="false" autocapitalize="none" \
    autocomplete="off" placeholder="shop"></label><button class="primary wide" type="submit">Create</button></form>\
    </div></details>
    """
  }

  private var importer: HTML {
    """
    <label class="button import js" title="Make a service of a service file"><input type="file" id="import" \
    class="sr-only" accept=".yml,.yaml,application/yaml">\(Icon.up)<span>Import</span></label>
    """
  }

  private var empty: HTML {
    """
    <div class="empty service-empty"><h2>No services yet</h2><p>Make one with a name, or import a service file. \
    Databases that it uses are set up as <a href="/data-sources">data sources</a>.</p></div>
    """
  }

  private var list: HTML { "<ol class=\"builds services\">\(services.map(row))</ol>" }

  private func row(_ service: ServiceRecord) -> HTML {
    let count = builds[service.id] ?? ServiceBuildCount()
    let revision: HTML = service.lastRevision.map { "Revision \($0)" } ?? "Not saved yet"
    return """
      <li class="build-row service-row" data-key="\(service.name)" data-service="\(service.name)"><div class="row-main">\
      <a class="row-link" href="/services/\(service.name)/edit"><span class="row-title">\(service.name)</span></a>\
      <div class="row-meta"><span>\(revision)</span><span>draft kept \(Parts.ago(service.draftSavedAt, now: now))</span>\
      </div></div>
      <div class="service-count"><span class="figure">\(count.total)</span> \(count.total == 1 ? "build" : "builds")</div>
      <div class="row-actions"><a class="button quiet" href="/services/\(service.name)/builds">Builds<span class="sr-only"> \
      of \(service.name)</span></a>\(removal(service))</div></li>
      """
  }

  private func removal(_ service: ServiceRecord) -> HTML {
    """
    <details class="more confirm" data-pop><summary class="button quiet icon-button" role="button" \
    aria-label="Delete \(service.name)" title="Delete">\(Icon.cross)</summary>\
    <form data-delete="/api/v1/services/\(service.name)?confirm=\(service.name)"><p>Delete <strong>\(service.name)</strong> \
    with its draft, revisions, builds and build configuration?</p>\
    <button class="danger-solid" type="submit">Yes, delete \(service.name)</button></form></details>
    """
  }
}
