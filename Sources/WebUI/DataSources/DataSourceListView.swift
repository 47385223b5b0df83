internal import Model
internal import ServiceModel
internal import Store

/// The list of data sources, with the form that makes one.
struct DataSourceListView: Sendable {
  var sources: [DataSource]
  var now: Timestamp

  var title: String { "Data sources" }

  var html: HTML {
    """
    <div class="page-head"><h1>Data sources</h1><div class="head-tools">\(form)</div></div>
    <p class="lead">Databases, caches and buckets that services use. Services see what was saved, never what is being \
    changed.</p>
    <div data-live="sources">\(sources.isEmpty ? empty : "<ol class=\"builds sources\">\(sources.map(row))</ol>")</div>
    """
  }

  private var form: HTML {
    """
    <details class="pop" data-pop id="new-source"><summary class="button primary" role="button">New data source</summary>\
    <div class="pop-body"><form id="new-source-form" class="stack" data-api="/api/v1/data-sources" \
    data-then="/data-sources/"><label class="field"><span>Name</span><input name="name" required maxlength="63" \
    pattern="[A-Za-z][A-Za-z0-9_]*" title="letters, digits and underscores, beginning with a letter" \
    spellcheck="false" autocapitalize="none" autocomplete="off" placeholder="shopdb"></label>\
    <label class="field"><span>Type</span><select name="type">\(DataSourceType.allCases.map(option))</select></label>\
    <button class="primary wide" type="submit">Create</button></form></div></details>
    """
  }

  private func option(_ type: DataSourceType) -> HTML {
    "<option value=\"\(type.rawValue)\">\(type.title)</option>"
  }

  private var empty: HTML {
    """
    <div class="empty service-empty"><h2>No data sources yet</h2><p>Make one, say how it is reached and which tables it \
    has, or read the tables from a database that is there.</p></div>
    """
  }

  private func row(_ source: DataSource) -> HTML {
    """
    <li class="build-row source-row" data-key="\(source.name)" data-source-name="\(source.name)"><div class="row-main">\
    <a class="row-link" href="/data-sources/\(source.name)"><span class="row-title">\(source.name)</span></a>\
    <div class="row-meta"><span>\(DataSourceType(rawValue: source.type)?.title ?? "")</span>\
    <span>saved \(Parts.ago(source.savedAt, now: now))</span></div></div></li>
    """
  }
}

extension DataSourceType {
  /// As people say it.
  var title: HTML {
    switch self {
    case .postgres: "PostgreSQL"
    case .redis: "Redis"
    case .s3: "S3"
    }
  }
}
