internal import Model
internal import ServiceModel
internal import Store

/// The editor of a service without its drawing, which scripts make.
struct EditorView: Sendable {
  var service: ServiceRecord

  var title: String { service.name }

  /// What the editor's keys do.
  static let keys: [(key: String, meaning: HTML)] = [
    ("Enter", "Set the component up"), ("l", "Draw a link from the component"),
    ("←↑→↓", "Move it; with Shift, further"),
    ("F2", "Give it another name"), ("Delete", "Remove what is chosen"), ("Ctrl D", "Copy what is chosen"),
    ("Ctrl A", "Choose everything"), ("Ctrl Z", "Undo"), ("Ctrl ⇧ Z", "Redo"),
    ("Ctrl S", "Save a revision"), ("+ -", "Zoom; also Ctrl and the wheel"), ("0", "Show everything"),
    ("Esc", "Close the drawer, choose nothing"),
  ]

  var html: HTML {
    """
    <div id="editor" data-service="\(service.name)" \
    data-scalars="\(ScalarType.allCases.map(\.rawValue).joined(separator: " "))">
    \(bar)
    <div id="editor-notice"></div>
    <noscript><p class="alert">The editor draws with scripts; allow them for this page.</p></noscript>
    <div class="workspace">\(components)
    <section class="canvas-place" aria-label="Canvas">\
    <svg id="canvas" role="application" aria-label="Drawing" tabindex="-1"></svg>
    <p class="canvas-hint" id="editor-loading">Reading the service…</p>
    <div class="canvas-hint" id="canvas-empty" hidden><h2>An empty service</h2><p>Add a component from the panel, draw \
    lines from outputs to inputs, and double-click a component to set it up.</p></div>
    \(zoom)
    <div class="problem-bar" id="problem-bar"><button class="quiet" type="button" id="problems-button" disabled \
    aria-expanded="false" aria-controls="problem-list">No problems</button><div id="service-problems"></div>\
    <ul id="problem-list" hidden></ul></div></section>
    <aside class="drawer" id="drawer" role="region" aria-label="Component" hidden></aside>
    <aside class="drawer" id="revisions" role="region" aria-label="Revisions" hidden></aside></div></div>
    """
  }

  private var bar: HTML {
    let revision: HTML = service.lastRevision.map { "Revision \($0)" } ?? "Not saved yet"
    return """
      <header class="editor-bar"><nav class="crumbs" aria-label="Where you are"><a href="/services">Services</a></nav>
      <h1>\(service.name)</h1>
      <span class="draft-state" data-draft-saved="\(service.draftSavedAt.rfc3339)" data-state="kept">Draft</span>
      <span class="revision-state" id="revision-state" \
      data-revision="\(service.lastRevision.map(String.init) ?? "")">\(revision)</span>
      <div class="editor-tools">\(tool("undo", "Undo", Icon.undo))\(tool("redo", "Redo", Icon.redo))\
      \(tool("remove", "Remove", Icon.cross))<span class="tool-gap"></span>\(tool("revisions", "Revisions", Icon.clock))\
      <label class="button quiet import" title="Replace the draft by a service file"><input type="file" id="import" \
      class="sr-only" accept=".yml,.yaml,application/yaml">\(Icon.up)<span>Import</span></label>\
      <a class="button quiet" href="/api/v1/services/\(service.name)/export" download="\(service.name).yml" \
      title="The draft as a service file">\(Icon.download)<span>Export</span></a>\
      <a class="button" href="/services/\(service.name)/builds">Builds</a>\
      <button class="primary" type="button" data-do="save" title="Make a revision (Ctrl S)">Save</button></div></header>
      """
  }

  private func tool(_ action: HTML, _ label: HTML, _ picture: HTML) -> HTML {
    """
    <button class="quiet" type="button" data-do="\(action)" title="\(label)">\(picture)<span>\(label)</span></button>
    """
  }

  private var components: HTML {
    let groups = ComponentType.Group.allCases.map { group -> HTML in
      let types = ComponentType.allCases.filter { $0.group == group }
      return "<div class=\"type-group\"><h3>\(group.title)</h3>\(types.map(button))</div>"
    }
    return """
      <section class="component-panel" aria-label="Components"><div class="naming"><label class="field"><span>Name</span>\
      <input id="component-name" maxlength="63" spellcheck="false" autocapitalize="none" autocomplete="off" \
      aria-describedby="component-name-hint"></label><p class="hint" id="component-name-hint">Of what is added next; it \
      may be left empty</p></div><div class="type-list">\(groups)</div></section>
      """
  }

  private func button(_ type: ComponentType) -> HTML {
    """
    <button type="button" class="type" data-type="\(type.rawValue)" data-group="\(type.group.rawValue)" \
    data-ports="\(type.ports)" data-source="\(type.dataSource?.rawValue ?? "")" title="\(type.title)">\
    \(type.picture)<span>\(type.rawValue)</span></button>
    """
  }

  private var zoom: HTML {
    """
    <div class="zoom" role="group" aria-label="View"><button class="quiet icon-button" type="button" data-do="zoom-out" \
    aria-label="Zoom out" title="Zoom out (-)">−</button><button class="quiet" type="button" data-do="zoom-reset" \
    title="Actual size">100 %</button><button class="quiet icon-button" type="button" data-do="zoom-in" \
    aria-label="Zoom in" title="Zoom in (+)">+</button><button class="quiet" type="button" data-do="fit" \
    title="Show everything (0)">Fit</button><button class="quiet" type="button" data-do="arrange" \
    title="Put the components in columns">Arrange</button></div>
    """
  }
}
