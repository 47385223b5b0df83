internal import ServiceModel
internal import Store

/// The page of a data source; scripts fill in what was saved and keep what is being changed.
struct DataSourceView: Sendable {
  var source: DataSource

  var title: String { source.name }

  var html: HTML {
    """
    <div id="source" data-source-name="\(source.name)" data-type="\(source.type)" \
    data-scalars="\(ScalarType.allCases.map(\.rawValue).joined(separator: " "))">
    <nav class="crumbs" aria-label="Where you are"><a href="/data-sources">Data sources</a></nav>
    <header class="source-head"><h1>\(source.name)</h1><span class="fact">\
    \(DataSourceType(rawValue: source.type)?.title ?? "")</span><span class="draft-state" id="source-state">Saved</span>
    <div class="head-tools"><button type="button" data-do="revert" disabled>Revert</button>\
    <button class="primary" type="button" data-do="save" disabled>Save</button></div></header>
    <noscript><p class="alert">This page works with scripts; allow them for it.</p></noscript>
    <div id="source-errors" class="alert" role="alert" hidden></div>
    <section class="panel" aria-labelledby="connection-title"><div class="panel-head"><h2 id="connection-title">\
    Connection</h2></div><p class="hint">Only for this server, to test and to read tables. Generated services are told \
    by their environment.</p><div id="connection" class="connection-fields"></div>\
    <div class="test-line"><button type="button" data-do="test">Test connection</button>\
    <span id="test-result" role="status"></span></div></section>
    \(source.type == DataSourceType.postgres.rawValue ? tables : "")
    <section class="panel" aria-labelledby="delete-title"><div class="panel-head"><h2 id="delete-title">Delete</h2></div>\
    <p class="hint">Services that use it cannot be built then; their drawings stay.</p>\
    <details class="more"><summary class="button danger" role="button">Delete this data source</summary>\
    <form data-delete="/api/v1/data-sources/\(source.name)" data-then="/data-sources"><p>Delete \
    <strong>\(source.name)</strong> with its connection and tables?</p>\
    <button class="danger-solid" type="submit">Yes, delete it</button></form></details></section></div>
    """
  }

  private var tables: HTML {
    """
    <section class="panel" aria-labelledby="tables-title"><div class="panel-head"><h2 id="tables-title">Tables</h2>\
    <div class="head-tools"><button class="quiet" type="button" data-do="import" \
    title="Reads the tables of the database; nothing is saved">Import from the database</button>\
    <button type="button" data-do="add-table">+ Table</button></div></div><div id="tables"></div></section>
    """
  }
}
